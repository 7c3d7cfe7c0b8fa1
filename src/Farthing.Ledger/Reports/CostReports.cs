using System.Globalization;
using Farthing.Ledger.Posting;
using Farthing.Ledger.Storage;

namespace Farthing.Ledger.Reports;

/// <summary>Stage tables from the ledger.</summary>
public sealed class CostReports(LedgerStore file)
{
    /// <summary>Where it stands who was asked, where charges don't say it; null for nowhere.</summary>
    public ProviderNames? Providers { get; init; }

    /// <summary>One stage table for everything in a scope.</summary>
    /// <exception cref="LedgerException">An entry has no exchange rate, or the file can't be read.</exception>
    public StageReport Build(ReportQuery query)
    {
        ArgumentNullException.ThrowIfNull(query);
        return file.Read(transaction => Build(transaction, query));
    }

    /// <summary>A stage table for each run, day, tag set or whatever else a scope is cut by.</summary>
    /// <exception cref="LedgerException">An entry has no exchange rate, or the file can't be read.</exception>
    public GroupedReport Build(ReportQuery query, ReportGrouping grouping)
    {
        ArgumentNullException.ThrowIfNull(query);
        return file.Read(transaction => Build(transaction, query, grouping));
    }

    /// <summary>What was billed but not delivered: by outcome, cause and provider.</summary>
    /// <exception cref="LedgerException">An entry has no exchange rate, or the file can't be read.</exception>
    public WasteReport Waste(ReportQuery query)
    {
        ArgumentNullException.ThrowIfNull(query);
        return file.Read(transaction => Waste(transaction, query, Unpriced(transaction, query)));
    }

    /// <summary>What delivered renders cost, one by one.</summary>
    /// <exception cref="LedgerException">An entry has no exchange rate, or the file can't be read.</exception>
    public RenderCosts Renders(ReportQuery query)
    {
        ArgumentNullException.ThrowIfNull(query);
        return file.Read(transaction => Renders(transaction, query, Unpriced(transaction, query)));
    }

    /// <summary>What became of the time of leased devices.</summary>
    /// <exception cref="LedgerException">An entry has no exchange rate, or the file can't be read.</exception>
    public DeviceReport Devices(ReportQuery query)
    {
        ArgumentNullException.ThrowIfNull(query);
        return file.Read(transaction => Devices(transaction, query, Unpriced(transaction, query)));
    }

    /// <summary>All of it, for one page, as it was at one time.</summary>
    /// <exception cref="LedgerException">An entry has no exchange rate, or the file can't be read.</exception>
    public ReportPage Page(ReportQuery query)
    {
        ArgumentNullException.ThrowIfNull(query);
        return file.Read(transaction =>
        {
            var stages = Build(transaction, query);
            var unpriced = stages.Unpriced.Sum(static usage => usage.Charges);
            return new ReportPage(
                query,
                stages,
                Build(transaction, query, ReportGrouping.Day),
                Renders(transaction, query, unpriced),
                Waste(transaction, query, unpriced),
                Devices(transaction, query, unpriced));
        });
    }

    private WasteReport Waste(LedgerTransaction transaction, ReportQuery query, long unpriced) =>
        WasteReport.Of(WasteSums.Read(transaction, query, Providers), query.Currency) with { Unpriced = unpriced };

    private static RenderCosts Renders(LedgerTransaction transaction, ReportQuery query, long unpriced) =>
        RenderCosts.Of(RenderSums.Read(transaction, query), query.Currency) with { Unpriced = unpriced };

    private static DeviceReport Devices(LedgerTransaction transaction, ReportQuery query, long unpriced) =>
        DeviceReport.Read(transaction, query) with { Unpriced = unpriced };

    private static long Unpriced(LedgerTransaction transaction, ReportQuery query) => ScopedCells.Read(transaction, query).Unpriced.Values.Sum(static counted => counted.Charges);

    private static StageReport Build(LedgerTransaction transaction, ReportQuery query)
    {
        var rows = new StageTable(query);
        rows.Add(ScopedCells.Read(transaction, query));
        return rows.Build();
    }

    private static GroupedReport Build(LedgerTransaction transaction, ReportQuery query, ReportGrouping grouping)
    {
        var cells = ScopedCells.Read(transaction, query, grouping);
        var total = new StageTable(query);
        total.Add(cells);
        var groups = new SortedDictionary<string, StageTable>(StringComparer.Ordinal);
        foreach (var (key, sum) in cells.Sums)
        {
            Group(KeyOf(key)).Add(key, sum);
        }

        foreach (var (usage, counted) in cells.Unpriced)
        {
            Group(KeyOf(usage.Cell)).Add(usage, counted);
        }

        foreach (var (attempt, count) in cells.Attempts)
        {
            Group(KeyOf(new CellKey(attempt.RunId, attempt.Day, attempt.Tags, attempt.Precision, default, grouping == ReportGrouping.Outcome ? OutcomeCells.Of(attempt.Outcome) : ""))).Add(attempt, count);
        }

        foreach (var (memo, sum) in cells.Memos)
        {
            Group(KeyOf(memo.Cell)).Add(memo, sum);
        }

        return new GroupedReport(
            grouping, [.. groups.Select(static group => new ReportGroup(group.Key, group.Value.Build()))], total.Build());

        string KeyOf(CellKey cell) => CostReports.KeyOf(grouping, cell);

        StageTable Group(string key) => groups.TryGetValue(key, out var known) ? known : groups[key] = new StageTable(query);
    }

    private static string KeyOf(ReportGrouping grouping, CellKey cell) => grouping switch
    {
        ReportGrouping.Run => cell.RunId,
        ReportGrouping.Day => EventTime.ToDate(cell.Day).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        ReportGrouping.Tags => cell.Tags,
        ReportGrouping.Precision => cell.Precision,

        // Of two campaigns a render counts once, under both together, as with tags.
        ReportGrouping.Campaign => TagSet.Under(cell.Tags, "campaign:"),
        ReportGrouping.Tenant => TagSet.Under(cell.Tags, TenantTag.Prefix),
        ReportGrouping.Model or ReportGrouping.Outcome => cell.Part,
        _ => throw new ArgumentOutOfRangeException(nameof(grouping), grouping, "Unknown grouping."),
    };
}
