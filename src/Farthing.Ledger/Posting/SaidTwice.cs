using System.Globalization;

namespace Farthing.Ledger.Posting;

/// <summary>What differs between two things of one permanent id, for people.</summary>
internal static class SaidTwice
{
    /// <summary>Two lines, of what is stored and of what was offered, with nothing in them that both say alike.</summary>
    public static string Differences(UsageFact stored, UsageFact offered) => Differences(Said(stored), Said(offered));

    /// <inheritdoc cref="Differences(UsageFact, UsageFact)"/>
    public static string Differences(SavingsMemo stored, SavingsMemo offered) => Differences(Said(stored), Said(offered));

    /// <inheritdoc cref="Differences(UsageFact, UsageFact)"/>
    public static string Differences((string Name, string? Value)[] stored, (string Name, string? Value)[] offered)
    {
        var differing = Enumerable.Range(0, stored.Length).Where(i => (stored[i].Value ?? "") != (offered[i].Value ?? "")).ToList();
        return $"  stored:  {Line(stored)}\n  offered: {Line(offered)}";

        string Line((string Name, string? Value)[] said) => string.Join(
            ", ", differing.Select(i => string.IsNullOrEmpty(said[i].Value) ? $"no {said[i].Name}" : $"{said[i].Name} {said[i].Value}"));
    }

    private static (string Name, string? Value)[] Said(UsageFact fact) =>
    [
        ("at", Instant(fact.At)), ("run", fact.RunId), ("render", fact.RenderId), ("attempt", Number(fact.Attempt)), ("stage", fact.Stage.Code()),
        ("resource", fact.Resource), ("meter", fact.Meter), ("quantity", Number(fact.Quantity)), ("device time in µs", Number(fact.DeviceTime?.Microseconds)),
        ("lease", fact.LeaseId), ("batch", fact.BatchId), ("split", fact.SplitMethod), ("weight", Number(fact.Weight)), ("tags", fact.Tags.Text),
        ("precision", fact.Precision), ("estimate", fact.Estimated ? "of the ledger" : null),
    ];

    private static (string Name, string? Value)[] Said(SavingsMemo memo) =>
    [
        ("at", Instant(memo.At)), ("run", memo.RunId), ("render", memo.RenderId), ("attempt", Number(memo.Attempt)), ("kind", memo.Kind.Code()),
        ("stage", memo.Stage.Code()), ("resource", memo.Resource), ("meter", memo.Meter), ("quantity", Number(memo.Quantity)), ("evidence", memo.Evidence),
        ("tags", memo.Tags.Text), ("times", Number(memo.Times)),
    ];

    /// <summary>An instant, to what the ledger keeps of it.</summary>
    public static string Instant(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFFZ", CultureInfo.InvariantCulture);

    private static string? Number(long? number) => number?.ToString(CultureInfo.InvariantCulture);
}
