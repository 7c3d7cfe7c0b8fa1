using System.Globalization;
using Farthing.Diffusion.Sessions;
using Farthing.Ledger.Posting;
using Microsoft.Data.Sqlite;

namespace Farthing.Rendering.Precision;

/// <summary>What a render's denoising takes at full precision.</summary>
/// <param name="Quantity">Core-microseconds.</param>
/// <param name="Evidence">What it was derived from.</param>
internal sealed record ReferenceUse(long Quantity, string Evidence);

/// <summary>Finds what a quantized render is held against: renders of the same form at full precision in this ledger.</summary>
/// <param name="sourceModel">The hash of the full-precision model; null where it is not known.</param>
internal sealed class DenoisingReference(string? sourceModel)
{
    /// <summary>The mean over full-precision renders of a form; null where the ledger has none.</summary>
    public ReferenceUse? Find(SqliteTransaction transaction, RenderForm form, string resource)
    {
        if (sourceModel is null)
        {
            return null;
        }

        foreach (var precision in Enum.GetValues<ModelPrecision>().Where(p => p.IsFull()))
        {
            if (DenoisingUse.Find(transaction, form with { Model = sourceModel, Precision = precision.ToName() }, resource) is { } use)
            {
                return new ReferenceUse(use.Mean, string.Create(
                    CultureInfo.InvariantCulture,
                    $"mean of {use.Renders} {precision.ToName()} {(use.Renders == 1 ? "render" : "renders")} in this ledger, {form.Width}×{form.Height}, "
                    + $"{form.Steps} steps, {form.GuidancePasses} passes a step: {use.Mean} core-µs of {resource} a render (model {sourceModel[..Math.Min(12, sourceModel.Length)]})"));
            }
        }

        return null;
    }
}
