using System.Globalization;
using Farthing.Diffusion.Sessions;
using Farthing.Ledger.Money;
using Farthing.Ledger.Posting;
using Farthing.Ledger.Storage;

namespace Farthing.Rendering.Precision;

/// <summary>What a render's denoising takes at full precision: core-microseconds, or a ratio to what it took.</summary>
/// <param name="Numerator">Core-microseconds, or the ratio's upper number.</param>
/// <param name="Denominator">The ratio's lower number; null where the numerator is the quantity itself.</param>
/// <param name="Evidence">What it was derived from.</param>
internal sealed record ReferenceUse(long Numerator, long? Denominator, string Evidence)
{
    /// <summary>Core-microseconds at full precision, for a render that took so many.</summary>
    public long For(long actual) =>
        Denominator is { } divisor ? (long)HalfEven.Divide((Int128)actual * Numerator, divisor) : Numerator;
}

/// <summary>
/// Finds what a quantized render is held against: full-precision renders of the same form in this ledger, else the pair of
/// times in the acceptance record, where that measured the same form.
/// </summary>
/// <param name="sourceModel">The hash of the full-precision model; null where it is not known.</param>
internal sealed class DenoisingReference(string? sourceModel)
{
    private const int ShownOfHash = 12;

    /// <summary>The reference; null where nothing proves one.</summary>
    public ReferenceUse? Find(LedgerTransaction transaction, RenderModel model, RenderForm form, string resource) =>
        FromLedger(transaction, form, resource) ?? FromAcceptance(model, form);

    private ReferenceUse? FromLedger(LedgerTransaction transaction, RenderForm form, string resource)
    {
        if (sourceModel is null)
        {
            return null;
        }

        foreach (var precision in Enum.GetValues<ModelPrecision>().Where(p => p.IsFull()))
        {
            if (DenoisingUse.Find(transaction, form with { Model = sourceModel, Precision = precision.ToName() }, resource) is { } use)
            {
                return new ReferenceUse(use.Mean, null, string.Create(
                    CultureInfo.InvariantCulture,
                    $"mean of {use.Renders} {precision.ToName()} {(use.Renders == 1 ? "render" : "renders")} in this ledger, {Text(form)}: {use.Mean} "
                    + $"core-µs of {resource} a render (model {sourceModel[..Math.Min(ShownOfHash, sourceModel.Length)]})"));
            }
        }

        return null;
    }

    /// <summary>
    /// The record's times are of whole renders, so their ratio is nearer to 1 than that of the denoising alone: it never says
    /// that too much was saved.
    /// </summary>
    private static ReferenceUse? FromAcceptance(RenderModel model, RenderForm form)
    {
        if (model.Acceptance is not { } record
            || (record.Shape.Width, record.Shape.Height, record.Shape.Steps) != (form.Width, form.Height, form.Steps)
            || (record.Shape.Guidance > 1 ? 2 : 1) != form.GuidancePasses)
        {
            return null;
        }

        long full = Microseconds(record.ReferenceSecondsPerRender), quantized = Microseconds(record.CandidateSecondsPerRender);
        return full <= 0 || quantized <= 0
            ? null
            : new ReferenceUse(full, quantized, string.Create(
                CultureInfo.InvariantCulture,
                $"acceptance record of {record.At:yyyy-MM-dd}, {Text(form)}: {full} µs a render at {record.ReferencePrecision}, {quantized} µs at "
                + $"{record.CandidatePrecision}"));
    }

    private static long Microseconds(double seconds) =>
        double.IsFinite(seconds) && seconds is > 0 and < 1_000_000 ? (long)Math.Round(seconds * 1_000_000) : 0;

    private static string Text(RenderForm form) => string.Create(
        CultureInfo.InvariantCulture, $"{form.Width}×{form.Height}, {form.Steps} steps, {form.GuidancePasses} passes a step");
}
