using Farthing.Diffusion.Sessions;

namespace Farthing.Rendering.Precision;

/// <summary>The model of a run in the precisions that there are. A directory is opened when it is first asked for.</summary>
/// <param name="modelDirectory">The run's model.</param>
/// <param name="settings">Where other precisions are.</param>
internal sealed class ModelShelf(string modelDirectory, PrecisionSettings settings)
{
    private readonly Dictionary<ModelPrecision, RenderModel?> _models = [];
    private RenderModel? _own;

    /// <summary>The run's model itself, whose text encoders and VAE every render takes.</summary>
    public RenderModel Own => _own ??= Open(modelDirectory);

    /// <summary>The model in a precision; null where there is none.</summary>
    /// <exception cref="PrecisionException">The directory that should hold it holds another precision.</exception>
    /// <exception cref="ModelDirectoryException">A directory can't be run.</exception>
    public RenderModel? Find(ModelPrecision precision)
    {
        if (_models.TryGetValue(precision, out var known))
        {
            return known;
        }

        return _models[precision] = Own.Precision == precision && !settings.Directories.ContainsKey(precision) ? Own : OpenOther(precision);
    }

    /// <summary>The model that others are held against: fp32 where it is there, else fp16; null where neither is.</summary>
    public RenderModel? Full => Own.Precision.IsFull() ? Own : Find(ModelPrecision.Fp32) ?? Find(ModelPrecision.Fp16);

    /// <summary>Where a precision is looked for.</summary>
    public string PathOf(ModelPrecision precision) =>
        settings.Directories.TryGetValue(precision, out string? named) ? named : Stem(modelDirectory) + Suffix(precision);

    private RenderModel? OpenOther(ModelPrecision precision)
    {
        string path = PathOf(precision);
        if (!Directory.Exists(path))
        {
            return settings.Directories.ContainsKey(precision)
                ? throw new PrecisionException($"'{path}' should hold the {precision.ToName()} model, but there is no such directory. Correct the path.")
                : null;
        }

        var model = Open(path);
        return model.Precision == precision
            ? model
            : throw new PrecisionException(
                $"'{path}' should hold the {precision.ToName()} model, but its UNet is {model.Precision.ToName()}. Name the right directory, "
                + "or move this one away.");
    }

    private static RenderModel Open(string path)
    {
        var directory = ModelDirectory.Open(path);
        return new RenderModel(directory, directory.Precision, ModelHash.Compute(path));
    }

    private static string Suffix(ModelPrecision precision) => precision == ModelPrecision.Fp32 ? "" : "-" + precision.ToName();

    /// <summary>The directory's name without the ending that names its precision.</summary>
    private static string Stem(string path)
    {
        string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        string? ending = ModelPrecisionNames.All
            .Select(name => "-" + name)
            .OrderByDescending(e => e.Length)
            .FirstOrDefault(e => full.EndsWith(e, StringComparison.OrdinalIgnoreCase));
        return ending is null ? full : full[..^ending.Length];
    }
}
