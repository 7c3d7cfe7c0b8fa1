namespace Farthing.Ledger.Prices;

/// <summary>When a price holds.</summary>
/// <param name="From">The first instant.</param>
/// <param name="To">The first instant at which it no longer does; null when it has no end yet.</param>
/// <param name="Price">The price, whose own period may be longer: what was recorded later cuts it.</param>
public sealed record PricePeriod(DateTimeOffset From, DateTimeOffset? To, PriceVersion Price)
{
    internal bool Covers(DateTimeOffset instant) => instant >= From && (To is not { } to || instant < to);

    internal bool Overlaps(PricePeriod other) => (other.To is not { } end || From < end) && (To is not { } to || other.From < to);

    /// <summary>What is left of this period outside another: none, one or two parts.</summary>
    internal IEnumerable<PricePeriod> Without(PricePeriod other)
    {
        if (!Overlaps(other))
        {
            yield return this;
            yield break;
        }

        if (From < other.From)
        {
            yield return this with { To = other.From };
        }

        if (other.To is { } end && (To is not { } to || end < to))
        {
            yield return this with { From = end };
        }
    }

    /// <summary>Such as <c>2026-01-01 to 2026-07-01</c>.</summary>
    public override string ToString() => $"{Instant(From)} {(To is { } to ? "to " + Instant(to) : "on")}";

    /// <summary>A day, or an instant where it is not midnight UTC.</summary>
    internal static string Instant(DateTimeOffset instant) => instant.UtcDateTime.TimeOfDay == TimeSpan.Zero
        ? $"{instant.UtcDateTime:yyyy-MM-dd}"
        : $"{instant.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'}";
}
