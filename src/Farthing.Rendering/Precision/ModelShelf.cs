using Farthing.Diffusion.Sessions;

namespace Farthing.Rendering.Precision;

/// <summary>
/// The model of a run in the precisions that there are: where the settings name them, else beside the model (<c>demo</c>,
/// <c>demo-fp16</c>, <c>demo-int8</c>). A directory is opened when it is first asked for.
/// </summary>
/// <param name="modelDirectory">The run's model.</param>
/// <param name="settings">Where other precisions are.</param>
internal sealed class ModelShelf(string modelDirectory, PrecisionSettings settings)
{
    private readonly string _stem = PrecisionSiblings.StemOf(modelDirectory);
    private readonly Dictionary<ModelPrecision, RenderModel?> _found = [];
    private readonly Dictionary<string, RenderModel> _opened = new(StringComparer.Ordinal);

    /// <summary>The models' files that were read.</summary>
    public FileDigests Digests { get; } = new();

    /// <summary>The run's model itself, whose text encoders and VAE every render takes.</summary>
    public RenderModel Own => Open(modelDirectory);

    /// <summary>The model that others are held against: fp32 where it is there, else fp16; null where neither is.</summary>
    /// <exception cref="PrecisionException">A directory that should hold it holds another precision.</exception>
    public RenderModel? Full => Own.Precision.IsFull() ? Own : Find(ModelPrecision.Fp32) ?? Find(ModelPrecision.Fp16);

    /// <summary>The model in a precision; null where there is none.</summary>
    /// <exception cref="PrecisionException">The directory that should hold it holds another precision.</exception>
    /// <exception cref="ModelDirectoryException">A directory can't be run.</exception>
    public RenderModel? Find(ModelPrecision precision) =>
        _found.TryGetValue(precision, out var known) ? known : _found[precision] = Look(precision);

    /// <summary>Where a precision is looked for.</summary>
    public string PathOf(ModelPrecision precision) =>
        settings.Directories.TryGetValue(precision, out string? named) ? named : precision == ModelPrecision.Fp32 ? _stem : Beside(precision);

    private RenderModel? Look(ModelPrecision precision)
    {
        if (settings.Directories.TryGetValue(precision, out string? named))
        {
            return Directory.Exists(named)
                ? OpenAs(precision, named)
                : throw new PrecisionException($"'{named}' should hold the {precision.ToName()} model, but there is no such directory. Correct the path.");
        }

        if (Own.Precision == precision)
        {
            return Own;
        }

        if (Directory.Exists(Beside(precision)))
        {
            return OpenAs(precision, Beside(precision));
        }

        // The name without an ending is the model as it was published, in whichever precision that is.
        return Directory.Exists(_stem) && Open(_stem) is { } published && published.Precision == precision ? published : null;
    }

    private RenderModel OpenAs(ModelPrecision precision, string path)
    {
        var model = Open(path);
        return model.Precision == precision
            ? model
            : throw new PrecisionException(
                $"'{path}' should hold the {precision.ToName()} model, but its UNet is {model.Precision.ToName()}. Name the right directory, "
                + "or move this one away.");
    }

    private RenderModel Open(string path)
    {
        if (!_opened.TryGetValue(path, out var model))
        {
            var directory = ModelDirectory.Open(path);
            _opened[path] = model = new RenderModel(directory, directory.Precision, ModelHash.Compute(path, Digests));
        }

        return model;
    }

    private string Beside(ModelPrecision precision) => $"{_stem}-{precision.ToName()}";
}
