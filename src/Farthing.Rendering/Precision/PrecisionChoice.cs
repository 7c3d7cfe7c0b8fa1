using System.Globalization;
using Farthing.Diffusion.Sessions;
using Farthing.Ledger.Posting;

namespace Farthing.Rendering.Precision;

/// <summary>Finds the model that a render is drawn with: what was asked for, else the first rule that fits, else the model as it is.</summary>
internal sealed class PrecisionChoice(PrecisionSettings settings, ModelShelf shelf, AcceptanceGate gate)
{
    private readonly Dictionary<string, RenderModel> _passed = new(StringComparer.Ordinal);

    /// <summary>The model for a render.</summary>
    /// <param name="pixels">Width × height as rendered.</param>
    /// <param name="tags">The render's tags.</param>
    /// <exception cref="PrecisionException">The model of the precision is not there, or is not accepted.</exception>
    /// <exception cref="ModelDirectoryException">A directory can't be run.</exception>
    public RenderModel For(long pixels, TagSet tags)
    {
        var model = Choose(pixels, tags);
        return _passed.TryGetValue(model.Hash, out var passed) ? passed : _passed[model.Hash] = gate.Pass(model);
    }

    private RenderModel Choose(long pixels, TagSet tags)
    {
        if (settings.Asked is { } asked)
        {
            return shelf.Find(asked) ?? throw Missing($"--precision {asked.ToName()}", [new PrecisionUse(asked)]);
        }

        if (settings.Rules.FirstOrDefault(rule => rule.Fits(pixels, tags)) is not { } found)
        {
            return shelf.Own;
        }

        return found.Use.Select(Find).FirstOrDefault(model => model is not null)
            ?? throw Missing(string.Create(CultureInfo.InvariantCulture, $"The precision rule on line {found.Line} ({found})"), found.Use);
    }

    private RenderModel? Find(PrecisionUse use) => use.Precision is { } precision ? shelf.Find(precision) : shelf.Full;

    private PrecisionException Missing(string who, IReadOnlyList<PrecisionUse> wanted)
    {
        string places = string.Join(", ", wanted.Select(use => $"'{shelf.PathOf(use.Precision ?? ModelPrecision.Fp32)}'"));
        string source = shelf.Own.Precision.IsFull() ? shelf.Own.Path : "a full-precision model";
        string make = wanted.Select(use => use.Precision).FirstOrDefault(p => p is not null and not ModelPrecision.Fp32) switch
        {
            ModelPrecision.Int8 => $"Make it with `farthing quantize {source} --out {shelf.PathOf(ModelPrecision.Int8)}` and have it accepted by "
                + $"`farthing evaluate`, or say where it is: --int8-model, or models: in the configuration.",
            ModelPrecision.Int8Weights => $"Make it with `farthing quantize {source} --weights-only --out {shelf.PathOf(ModelPrecision.Int8Weights)}`, "
                + "or say where it is under models: in the configuration.",
            ModelPrecision.Fp16 => $"Make it with `farthing quantize {source} --to fp16 --out {shelf.PathOf(ModelPrecision.Fp16)}`, "
                + "or say where it is under models: in the configuration.",
            _ => "Name the full-precision model by --model, or say where it is under models: in the configuration.",
        };
        return new PrecisionException($"{who} asks for {string.Join(" or ", wanted)}, but there is no such model: looked for {places}. {make}");
    }
}
