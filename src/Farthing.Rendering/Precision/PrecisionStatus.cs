using Farthing.Diffusion.Sessions;

namespace Farthing.Rendering.Precision;

/// <summary>A precision that a model is there in.</summary>
/// <param name="Precision">The precision.</param>
/// <param name="Path">The directory.</param>
/// <param name="AcceptedAt">When the evaluation that vouches for it ended; null for a full precision, or without one in force.</param>
/// <param name="Refusal">Why renders may not have it, and what to do; null where they may.</param>
public sealed record PrecisionStatus(ModelPrecision Precision, string Path, DateTimeOffset? AcceptedAt, string? Refusal)
{
    /// <summary>The model itself and what is beside it. What can't be opened is told as a refusal.</summary>
    /// <param name="modelDirectory">The model.</param>
    /// <param name="settings">Where other precisions are, and which keys are trusted.</param>
    /// <exception cref="ModelDirectoryException">The model itself can't be run.</exception>
    public static IReadOnlyList<PrecisionStatus> Of(string modelDirectory, PrecisionSettings settings)
    {
        var shelf = new ModelShelf(modelDirectory, settings);
        _ = shelf.Own;
        var gate = new AcceptanceGate(settings, shelf);
        List<PrecisionStatus> found = [];
        foreach (var precision in Enum.GetValues<ModelPrecision>())
        {
            try
            {
                if (shelf.Find(precision) is { } model)
                {
                    found.Add(new PrecisionStatus(precision, model.Path, gate.Pass(model).Acceptance?.At, null));
                }
            }
            catch (Exception e) when (e is PrecisionException or ModelDirectoryException)
            {
                found.Add(new PrecisionStatus(precision, shelf.PathOf(precision), null, e.Message));
            }
        }

        return found;
    }
}
