using System.Globalization;
using Farthing.Ledger.Posting;
using Farthing.Ledger.Storage;

namespace Farthing.Ledger.Reports;

/// <summary>Stage tables from the ledger.</summary>
public sealed class CostReports(LedgerStore file)
{
    /// <summary>One stage table for everything in a scope.</summary>
    /// <exception cref="LedgerException">An entry has no exchange rate, or the file can't be read.</exception>
    public StageReport Build(ReportQuery query)
    {
        ArgumentNullException.ThrowIfNull(query);
        var rows = new StageTable(query);
        rows.Add(Cells(query));
        return rows.Build();
    }

    /// <summary>A stage table for each run, day, tag set or precision in a scope.</summary>
    /// <exception cref="LedgerException">An entry has no exchange rate, or the file can't be read.</exception>
    public GroupedReport Build(ReportQuery query, ReportGrouping grouping)
    {
        ArgumentNullException.ThrowIfNull(query);
        var cells = Cells(query);
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
            Group(CostReports.KeyOf(grouping, attempt.RunId, attempt.Day, attempt.Tags, attempt.Precision)).Add(attempt, count);
        }

        foreach (var (memo, sum) in cells.Memos)
        {
            Group(KeyOf(memo.Cell)).Add(memo, sum);
        }

        return new GroupedReport(
            grouping, [.. groups.Select(static group => new ReportGroup(group.Key, group.Value.Build()))], total.Build());

        string KeyOf(CellKey cell) => CostReports.KeyOf(grouping, cell.RunId, cell.Day, cell.Tags, cell.Precision);

        StageTable Group(string key) => groups.TryGetValue(key, out var known) ? known : groups[key] = new StageTable(query);
    }

    /// <summary>What was billed but not delivered: by outcome, cause and provider.</summary>
    /// <exception cref="LedgerException">An entry has no exchange rate, or the file can't be read.</exception>
    public WasteReport Waste(ReportQuery query)
    {
        ArgumentNullException.ThrowIfNull(query);
        return WasteReport.Of(file.Read(transaction => AttemptCosts.Read(transaction, query)), query.Currency);
    }

    /// <summary>What delivered renders cost, one by one.</summary>
    /// <exception cref="LedgerException">An entry has no exchange rate, or the file can't be read.</exception>
    public RenderCosts Renders(ReportQuery query)
    {
        ArgumentNullException.ThrowIfNull(query);
        return RenderCosts.Of(file.Read(transaction => AttemptCosts.Read(transaction, query)), query.Currency);
    }

    /// <summary>What became of the time of leased devices.</summary>
    /// <exception cref="LedgerException">An entry has no exchange rate, or the file can't be read.</exception>
    public DeviceReport Devices(ReportQuery query)
    {
        ArgumentNullException.ThrowIfNull(query);
        return file.Read(transaction => DeviceReport.Read(transaction, query));
    }

    /// <summary>All of it, for one page.</summary>
    /// <exception cref="LedgerException">An entry has no exchange rate, or the file can't be read.</exception>
    public ReportPage Page(ReportQuery query)
    {
        ArgumentNullException.ThrowIfNull(query);
        var costs = file.Read(transaction => AttemptCosts.Read(transaction, query));
        return new ReportPage(
            query, Build(query), Build(query, ReportGrouping.Day), RenderCosts.Of(costs, query.Currency), WasteReport.Of(costs, query.Currency), Devices(query));
    }

    private static string KeyOf(ReportGrouping grouping, string runId, int day, string tags, string precision) => grouping switch
    {
        ReportGrouping.Run => runId,
        ReportGrouping.Day => EventTime.ToDate(day).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        ReportGrouping.Tags => tags,
        ReportGrouping.Precision => precision,
        _ => throw new ArgumentOutOfRangeException(nameof(grouping), grouping, "Unknown grouping."),
    };

    /// <summary>Steps: 1. read the run and the days, 2. spread or leave out what is shared, 3. choose the tag.</summary>
    private CostCells Cells(ReportQuery query)
    {
        var cells = file.Read(transaction => CostQuery.Read(transaction, query));
        if (query.Basis == CostBasis.Loaded)
        {
            CostSpread.Spread(cells.Sums);
        }
        else
        {
            CostSpread.LeaveOut(cells.Sums);
        }

        if (query.Tag is { } tag)
        {
            // Tag sets are few and repeat in many cells.
            var chosen = new Dictionary<string, bool>(StringComparer.Ordinal);
            Keep(cells.Sums, key => Has(key.Tags));
            Keep(cells.Unpriced, key => Has(key.Cell.Tags));
            Keep(cells.Attempts, key => Has(key.Tags));
            Keep(cells.Memos, key => Has(key.Cell.Tags));

            bool Has(string tags) => chosen.TryGetValue(tags, out var has) ? has : chosen[tags] = TagSet.Parse(tags).Contains(tag);
        }

        return cells;
    }

    private static void Keep<TKey, TValue>(Dictionary<TKey, TValue> rows, Predicate<TKey> isKept)
        where TKey : notnull
    {
        foreach (var key in rows.Keys.Where(key => !isKept(key)).ToList())
        {
            rows.Remove(key);
        }
    }
}
