using System.Globalization;
using Farthing.Ledger.Posting;
using Farthing.Ledger.Rollups;

namespace Farthing.Ledger.Alarms;

/// <summary>There is usage without a price, which is in no sum. Each resource and meter is an alarm of its own, until a re-rate has priced it.</summary>
/// <param name="Name">Its name.</param>
public sealed record UnpricedRule(string Name) : AlarmRule(Name)
{
    /// <summary>So many resources and meters have alarms of their own, those with the most charges; the rest shares one. Names of models come from clients.</summary>
    public const int MaxSubjects = 100;

    /// <summary>The subject of the rest.</summary>
    public const string Others = "others";

    /// <summary>The last so many days (UTC), today included, 1 to 3,660. Default 31.</summary>
    public int Days { get; init; } = 31;

    /// <summary>So many charges of a resource and meter may be without a price, 0 to 1,000,000,000. Default 0.</summary>
    public int OverCharges { get; init; }

    /// <summary>Only this resource, such as <c>llm/openai/gpt-4o</c>, or those that begin so where it ends in <c>*</c>; null for all.</summary>
    public string? Resource { get; init; }

    /// <summary>Only this meter, such as <c>output-tokens</c>; null for all.</summary>
    public string? Meter { get; init; }

    /// <summary>Only charges with this tag; null for all.</summary>
    public string? Tag { get; init; }

    /// <summary>Only charges of this tenant; null for all.</summary>
    public string? Tenant { get; init; }

    /// <summary>Only charges of this stage; null for all.</summary>
    public Stage? Stage { get; init; }

    /// <inheritdoc/>
    public override string Limit => string.Create(CultureInfo.InvariantCulture, $"{OverCharges} charges");

    /// <inheritdoc/>
    public override string Kind => "unpriced";

    /// <inheritdoc/>
    public override IReadOnlyList<AlarmFinding> Look(AlarmScene scene)
    {
        ArgumentNullException.ThrowIfNull(scene);
        var days = scene.LastDays(Days);
        var usage = new Dictionary<(string Resource, string Meter), (long Charges, Int128 Quantity)>();
        foreach (var store in scene.Stores)
        {
            store.Read(transaction =>
            {
                foreach (var (_, kind, sum) in RollupRows.Read(transaction, EventTime.ToDay(days.From), EventTime.ToDay(days.To) + 1L, null))
                {
                    if (sum.Unpriced > 0 && IsMeant(kind))
                    {
                        var (charges, quantity) = usage.GetValueOrDefault((kind.Resource, kind.Meter));
                        usage[(kind.Resource, kind.Meter)] = (charges + sum.Unpriced, quantity + sum.UnpricedQuantity);
                    }
                }

                return true;
            });
        }

        // What fires keeps its alarm while it is over, or two that pass each other in rank would resolve and fire without end.
        var firing = scene.Ledger.Read(AlarmRows.Firing).Where(alarm => alarm.Alarm == Name).Select(static alarm => alarm.Subject).ToHashSet(StringComparer.Ordinal);
        var ordered = usage.OrderByDescending(each => each.Value.Charges > OverCharges && firing.Contains(SubjectOf(each.Key))).ThenByDescending(static each => each.Value.Charges).ThenBy(static each => each.Key.Resource, StringComparer.Ordinal).ThenBy(static each => each.Key.Meter, StringComparer.Ordinal).ToList();
        List<AlarmFinding> findings = [.. ordered.Take(MaxSubjects).Select(each => Finding(
            SubjectOf(each.Key), $"of {each.Key.Resource} {each.Key.Meter}", each.Value.Charges, each.Value.Quantity.ToString(CultureInfo.InvariantCulture), days))];
        if (ordered.Count > MaxSubjects)
        {
            var rest = ordered.Skip(MaxSubjects).ToList();
            findings.Add(Finding(Others, string.Create(CultureInfo.InvariantCulture, $"of {rest.Count:N0} further resources and meters"), rest.Sum(static each => each.Value.Charges), "", days));
        }

        return findings;
    }

    private static string SubjectOf((string Resource, string Meter) usage) => $"{usage.Resource} {usage.Meter}";

    private bool IsMeant(ChargeKind kind) =>
        (Meter is null || kind.Meter == Meter)
        && (Resource is null || (Resource.EndsWith('*') ? kind.Resource.StartsWith(Resource[..^1], StringComparison.Ordinal) : kind.Resource == Resource))
        && (Stage is null || kind.Stage == Stage.Value.Code())
        && (Tag is null || TagSet.Parse(kind.Tags).Contains(Tag))
        && (Tenant is null || TagSet.Parse(kind.Tags).Contains(TenantTag.Of(Tenant)));

    private AlarmFinding Finding(string subject, string what, long charges, string quantity, (DateOnly, DateOnly) days) => new AlarmFinding(
        subject,
        charges > OverCharges,
        charges.ToString(CultureInfo.InvariantCulture),
        OverCharges.ToString(CultureInfo.InvariantCulture),
        "charges",
        string.Create(CultureInfo.InvariantCulture, $"{charges:N0} {(charges == 1 ? "charge" : "charges")} {what} {(charges == 1 ? "has no price and is" : "have no price and are")} in no sum. Add the price with `farthing prices set` or `prices import`, then `farthing prices rerate`."))
        .OfDays(days) with
    {
        Details = quantity.Length == 0 ? [] : [new("quantity", quantity)],
    };
}
