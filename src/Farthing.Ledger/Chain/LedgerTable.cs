namespace Farthing.Ledger.Chain;

/// <summary>
/// A table of the ledger as the chain sees it: the columns that are hashed, in their order for ever. A later column goes to the end
/// and may be null, since nulls at the end of a row are not hashed.
/// </summary>
/// <param name="name">The table.</param>
/// <param name="isNumbered">Whether its first column is a number that the ledger gives, one more for each row.</param>
/// <param name="key">The columns that no two rows have alike.</param>
/// <param name="columns">All columns but link and check: a name, or a name and <c>#</c> for a whole number.</param>
internal sealed class LedgerTable(string name, bool isNumbered, string[] key, params string[] columns)
{
    public string Name => name;

    public bool IsNumbered => isNumbered;

    public string[] Key => key;

    public string[] Columns => columns;

    /// <summary>The names of the columns.</summary>
    public IReadOnlyList<string> Names { get; } = [.. columns.Select(static column => column.TrimEnd('#'))];

    /// <summary>Where the columns of the key are.</summary>
    public IReadOnlyList<int> KeyPlaces { get; } = [.. key.Select(each => Array.FindIndex(columns, column => column.TrimEnd('#') == each))];

    /// <summary>Whether a column holds whole numbers rather than text.</summary>
    public bool IsNumber(int column) => columns[column].EndsWith('#');

    /// <summary>All columns with link and check, as SQL writes them.</summary>
    public string AllNames { get; } = string.Join(", ", columns.Select(static column => column.TrimEnd('#')).Append("link").Append("chk"));
}

/// <summary>Every table whose rows are chained, in the order in which a link hashes them.</summary>
internal static class LedgerTables
{
    public static readonly LedgerTable Accounts = new("accounts", true, ["name"], "seq#", "name");

    public static readonly LedgerTable PriceVersions = new(
        "price_versions", true, ["id"], "seq#", "id", "resource", "meter", "unit", "usd", "valid_from#", "source");

    public static readonly LedgerTable FxRates = new("fx_rates", true, ["id"], "seq#", "id", "currency", "day#", "usd_per_unit", "source");

    public static readonly LedgerTable FxFixings = new("fx_fixings", false, ["currency", "day"], "currency", "day#", "rate_seq#");

    public static readonly LedgerTable Leases = new("leases", false, ["id"], "id", "run_id", "device", "resource", "cores#", "started_at#");

    public static readonly LedgerTable Heartbeats = new(
        "heartbeats", false, ["lease_id", "elapsed_us"], "lease_id", "elapsed_us#", "idle_us#", "at#");

    public static readonly LedgerTable Settlements = new(
        "settlements", false, ["lease_id", "number"], "lease_id", "number#", "kind", "elapsed_us#", "idle_us#", "at#");

    public static readonly LedgerTable Attempts = new(
        "attempts",
        false,
        ["run_id", "render_id", "attempt"],
        "run_id", "render_id", "attempt#", "lease_id", "tags", "started_at#", "precision", "model", "width#", "height#", "steps#", "passes#", "forced#");

    public static readonly LedgerTable AttemptOutcomes = new(
        "attempt_outcomes", false, ["run_id", "render_id", "attempt"], "run_id", "render_id", "attempt#", "outcome", "reason", "at#");

    public static readonly LedgerTable Charges = new(
        "charges",
        true,
        ["id"],
        "seq#", "id", "at#", "run_id", "render_id", "attempt#", "stage", "resource", "meter", "quantity#", "device_us#", "lease_id", "batch_id",
        "split_method", "weight#", "tags", "estimated#", "precision");

    public static readonly LedgerTable Transfers = new(
        "transfers", false, ["charge_seq"], "charge_seq#", "debit#", "credit#", "amount#", "price_version#");

    public static readonly LedgerTable Memos = new(
        "memos",
        true,
        ["id"],
        "seq#", "id", "at#", "run_id", "render_id", "attempt#", "kind", "stage", "resource", "meter", "quantity#", "evidence", "amount#",
        "price_version#", "tags", "times#");

    public static readonly LedgerTable PriceRecordings = new("price_recordings", true, ["seq"], "seq#", "at#", "kind", "source");

    public static readonly LedgerTable PriceAssertions = new(
        "price_assertions", false, ["recording", "price_version"], "recording#", "price_version#", "valid_from#", "valid_to#");

    public static readonly LedgerTable PriceTerms = new(
        "price_terms", false, ["price_version"], "price_version#", "currency", "price", "fx_rate", "increment_s#", "minimum_s#");

    public static readonly LedgerTable RateRecordings = new("rate_recordings", false, ["rate"], "rate#", "recording#");

    public static readonly LedgerTable Reratings = new("reratings", true, ["seq"], "seq#", "at#", "from_at#", "to_at#", "undoes#", "reason");

    public static readonly LedgerTable Corrections = new("corrections", false, ["charge_seq", "rerating"], "charge_seq#", "original#", "kind", "rerating#");

    public static readonly LedgerTable PeriodClosings = new("period_closings", true, ["seq"], "seq#", "through#", "at#", "reason");

    public static readonly LedgerTable UsageEvents = new(
        "usage_events", true, ["source", "id"], "seq#", "source", "id", "type", "at#", "content", "client", "received_at#", "lease_id");

    public static readonly LedgerTable MeterUnits = new("meter_units", false, ["meter"], "meter", "unit");

    public static readonly LedgerTable AlarmChanges = new(
        "alarm_changes",
        true,
        ["seq"],
        "seq#", "alarm", "subject", "kind", "state", "at#", "since#", "observed", "threshold", "unit", "summary", "window_from#", "window_to#");

    public static readonly LedgerTable Outbox = new("outbox", true, ["id"], "seq#", "id", "change_seq#", "at#", "body");

    public static readonly LedgerTable OutboxClaims = new("outbox_claims", false, ["message", "number"], "message#", "number#", "owner", "at#", "lease_until#");

    public static readonly LedgerTable OutboxResults = new(
        "outbox_results", false, ["message", "number"], "message#", "number#", "at#", "outcome", "status#", "detail", "next_at#");

    /// <summary>All of them.</summary>
    public static IReadOnlyList<LedgerTable> All { get; } =
    [
        Accounts, PriceVersions, FxRates, FxFixings, Leases, Heartbeats, Settlements, Attempts, AttemptOutcomes, Charges, Transfers, Memos,
        PriceRecordings, PriceAssertions, PriceTerms, RateRecordings, Reratings, Corrections, PeriodClosings,
        UsageEvents, MeterUnits, AlarmChanges, Outbox, OutboxClaims, OutboxResults,
    ];
}
