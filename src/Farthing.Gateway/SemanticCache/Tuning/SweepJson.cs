using System.Text.Json;
using System.Text.Json.Serialization;

namespace Farthing.Gateway.SemanticCache.Tuning;

/// <summary>
/// A sweep as JSON: <c>{"recommended":{"threshold","hit_rate","false_hit_rate"},"sweep":[…],"kinds":[…]}</c>.
/// Amounts are exact decimals of US dollars, as text.
/// </summary>
public static class SweepJson
{
    /// <summary>Writes one object.</summary>
    public static string Write(ThresholdSweep sweep)
    {
        ArgumentNullException.ThrowIfNull(sweep);
        SweepRow best = sweep.Recommended;
        return JsonSerializer.Serialize(
            new SweepView(
                new RecommendedView(best.Threshold, best.Guarded.HitRate, best.Guarded.FalseHitRate),
                [.. sweep.Rows.Select(static row => new RowView(
                    row.Threshold,
                    row.Guarded.HitRate,
                    row.Guarded.Recall,
                    row.Guarded.FalseHitRate,
                    row.Guarded.TrueHits + row.Guarded.FalseHits,
                    row.Guarded.FalseHits,
                    row.Guarded.FalseByKind,
                    row.Guarded.Saved.ToExactString(),
                    row.Guarded.Risked.ToExactString(),
                    new PlainView(
                        row.Plain.HitRate,
                        row.Plain.Recall,
                        row.Plain.FalseHitRate,
                        row.Plain.TrueHits + row.Plain.FalseHits,
                        row.Plain.FalseHits,
                        row.Plain.FalseByKind,
                        row.Plain.Saved.ToExactString(),
                        row.Plain.Risked.ToExactString())))],
                [.. sweep.Kinds.Select(static kind => new KindView(kind.Kind, kind.Same, kind.Pairs, kind.MeanCosine, kind.GuardedHits, kind.PlainHits, kind.GuardAlone))]),
            SweepJsonContext.Default.SweepView);
    }
}

internal sealed record SweepView(RecommendedView Recommended, IReadOnlyList<RowView> Sweep, IReadOnlyList<KindView> Kinds);

internal sealed record RecommendedView(decimal Threshold, double HitRate, double FalseHitRate);

internal sealed record RowView(
    decimal Threshold, double HitRate, double Recall, double FalseHitRate, int Hits, int FalseHits, IReadOnlyDictionary<string, int> FalseByKind,
    string SavedUsd, string RiskedUsd, PlainView WithoutGuard);

internal sealed record PlainView(
    double HitRate, double Recall, double FalseHitRate, int Hits, int FalseHits, IReadOnlyDictionary<string, int> FalseByKind, string SavedUsd, string RiskedUsd);

internal sealed record KindView(string Kind, bool Same, int Pairs, double MeanCosine, int Hits, int HitsWithoutGuard, int GuardAlone);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(SweepView))]
internal sealed partial class SweepJsonContext : JsonSerializerContext;
