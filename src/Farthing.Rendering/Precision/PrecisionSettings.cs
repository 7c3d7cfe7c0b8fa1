using Farthing.Diffusion.Sessions;

namespace Farthing.Rendering.Precision;

/// <summary>Which precision a run's renders get, and what models of other precisions it may take.</summary>
public sealed record PrecisionSettings
{
    /// <summary>The model's own precision for every render.</summary>
    public static PrecisionSettings Default { get; } = new();

    /// <summary>The precision of every render, whatever the rules say; null leaves it to them.</summary>
    public ModelPrecision? Asked { get; init; }

    /// <summary>The first rule that fits a render decides; where none fits, the model's own precision holds.</summary>
    public IReadOnlyList<PrecisionRule> Rules { get; init; } = [];

    /// <summary>
    /// Where models of a precision are. One that is left out is looked for beside the model: <c>demo</c>, <c>demo-fp16</c>,
    /// <c>demo-int8</c>.
    /// </summary>
    public IReadOnlyDictionary<ModelPrecision, string> Directories { get; init; } = new Dictionary<ModelPrecision, string>();

    /// <summary>Public keys whose signature on an acceptance record counts.</summary>
    public IReadOnlyCollection<string> TrustedKeys { get; init; } = [];

    /// <summary>Whether a model is taken that has no acceptance in force.</summary>
    public bool Force { get; init; }

    /// <summary>
    /// What a run's id knows of it: nothing where every render has the model's own precision, so that runs from before there
    /// were others are found again.
    /// </summary>
    internal string Identity
    {
        get
        {
            if (Asked is ModelPrecision.Fp32 || (Asked is null && Rules.Count == 0))
            {
                return "";
            }

            string wanted = Asked is { } asked ? asked.ToName() : string.Join(" | ", Rules);
            return string.Join(" | ", [wanted, .. Directories.OrderBy(d => d.Key).Select(d => $"{d.Key.ToName()}={Path.GetFullPath(d.Value)}")]);
        }
    }
}
