using System.CommandLine.Parsing;
using Farthing.Configuration;
using Farthing.Diffusion.Sessions;
using Farthing.Rendering.Precision;

namespace Farthing.Commands;

/// <summary>What a command line says of precisions.</summary>
internal sealed record PrecisionLine
{
    /// <summary>The precision of every render; null for <c>auto</c>.</summary>
    public required ModelPrecision? Asked { get; init; }

    /// <summary>The int8 model's directory; null to look for it.</summary>
    public required string? Int8Model { get; init; }

    /// <summary>Whether a model is taken that is not accepted.</summary>
    public required bool Force { get; init; }

    /// <summary>The configuration file; null for none.</summary>
    public required string? Config { get; init; }

    /// <summary>Reads them; what can't be followed is told to the reader.</summary>
    public static PrecisionLine Read(SymbolResult line, OptionReader options, Places places)
    {
        string? config = options.Filled(RenderOptions.Config) is { } file ? places.Full(file) : null;
        if (config is not null && !File.Exists(config))
        {
            options.Refuse($"--config '{config}' is no file. Correct the path, or leave it out.");
        }

        string? int8 = options.Filled(RenderOptions.Int8Model) is { } folder ? places.Full(folder) : null;
        if (int8 is not null && !Directory.Exists(int8))
        {
            options.Refuse($"--int8-model '{int8}' is no directory. Make it with `farthing quantize`, or correct the path.");
        }

        return new PrecisionLine
        {
            Asked = options.Choice<ModelPrecision?>(
                RenderOptions.Precision,
                null,
                [("auto", null), .. Enum.GetValues<ModelPrecision>().Select(static precision => (precision.ToName(), (ModelPrecision?)precision))]),
            Int8Model = int8,
            Force = line.GetValue(RenderOptions.ForcePrecision),
            Config = config,
        };
    }

    /// <summary>What holds for a run: the command line comes before the file.</summary>
    /// <param name="configuration">The configuration file.</param>
    /// <param name="ownKey">The public key of this data folder; null where it has none.</param>
    public PrecisionSettings Settle(FarthingConfiguration configuration, string? ownKey)
    {
        var directories = new Dictionary<ModelPrecision, string>(configuration.Models);
        if (Int8Model is not null)
        {
            directories[ModelPrecision.Int8] = Int8Model;
        }

        return new PrecisionSettings
        {
            Asked = Asked,
            Rules = configuration.Rules,
            Directories = directories,
            TrustedKeys = ownKey is null ? configuration.TrustedKeys : [ownKey, .. configuration.TrustedKeys],
            Force = Force,
        };
    }
}
