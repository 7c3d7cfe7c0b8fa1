using System.Data.Common;
using System.Runtime.InteropServices;
using Farthing.Ledger.Money;
using Farthing.Ledger.Posting;
using Farthing.Ledger.Prices;
using Farthing.Ledger.Rollups;
using Farthing.Ledger.Storage;

namespace Farthing.Ledger.Reports;

/// <summary>Reads what a run or a range of days cost into cells, from the rollups: they are the sums of the entries, each converted by itself.</summary>
internal static class CostQuery
{
    /// <summary>What resources of language models begin with.</summary>
    public const string ModelPrefix = "llm/";

    public static CostCells Read(LedgerTransaction transaction, ReportQuery query, ReportGrouping? grouping = null)
    {
        var cells = new CostCells();
        ReadCharges(transaction, query, cells, grouping);
        if (grouping == ReportGrouping.Outcome)
        {
            OutcomeCells.Part(transaction, query, cells);
        }

        ReadAttempts(transaction, query, cells);
        MemoQuery.Read(transaction, query, cells, grouping);
        return cells;
    }

    public static void ReadAttempts(LedgerTransaction transaction, ReportQuery query, CostCells cells)
    {
        var (from, to) = Days(query);
        foreach (var (cell, count) in RollupRows.ReadAttempts(transaction, from, to, query.RunId))
        {
            AttemptOutcome? outcome = cell.Outcome.Length == 0 ? null : Attempts.Parse(cell.Outcome);
            cells.Attempts[new AttemptKind(cell.RunId, (int)cell.Day, cell.Tags, cell.Precision, outcome)] = count;
        }
    }

    /// <summary>All that a scope cost itself: idle, warm-up and rounding left out.</summary>
    public static Int128 Marginal(LedgerTransaction transaction, ReportQuery query)
    {
        var cells = new CostCells();
        ReadCharges(transaction, query, cells);
        return cells.Sums
            .Where(cell => !cell.Key.Stage.IsShared() && (query.Tag is null || TagSet.Parse(cell.Key.Tags).Contains(query.Tag)))
            .Aggregate(Int128.Zero, static (sum, cell) => sum + cell.Value.Amount);
    }

    private static void ReadCharges(LedgerTransaction transaction, ReportQuery query, CostCells cells, ReportGrouping? grouping = null)
    {
        MissingRates.Refuse(transaction, query);
        var (from, to) = Days(query);
        foreach (var (day, kind, rolled) in RollupRows.Read(transaction, from, to, query.RunId))
        {
            _ = StageNames.TryParse(kind.Stage, out var stage);
            var key = new CellKey(kind.RunId, (int)day, kind.Tags, kind.Precision, stage, grouping == ReportGrouping.Model ? ModelOf(kind.Resource) : "");
            ref var sum = ref CollectionsMarshal.GetValueRefOrAddDefault(cells.Sums, key, out _);
            sum.Time += rolled.Time;
            sum.Amount += query.Currency == Currency.Eur ? rolled.Eur : rolled.Amount;
            if (rolled.Unpriced != 0)
            {
                ref var unpriced = ref CollectionsMarshal.GetValueRefOrAddDefault(cells.Unpriced, (key, kind.Resource, kind.Meter), out _);
                unpriced = (unpriced.Charges + rolled.Unpriced, unpriced.Quantity + rolled.UnpricedQuantity);
            }
        }
    }

    /// <summary>The model of a language model's resource, the resource itself of others.</summary>
    internal static string ModelOf(string resource) => resource.StartsWith(ModelPrefix, StringComparison.Ordinal) ? resource[ModelPrefix.Length..] : resource;

    /// <summary>The days of a scope since 1970, from the first to the first that is left out.</summary>
    internal static (long From, long To) Days(ReportQuery query) => (
        query.From is { } from ? EventTime.ToDay(from) : 0L,
        query.To is { } to && to != DateOnly.MaxValue ? EventTime.ToDay(to) + 1L : long.MaxValue);

    internal static void AddScope(DbCommand command, ReportQuery query)
    {
        command.Add("@from", query.From is { } from ? EventTime.StartOf(from) : 0L);
        var isOpen = query.To is null || query.To == DateOnly.MaxValue;
        command.Add("@to", isOpen ? long.MaxValue : EventTime.StartOf(query.To!.Value.AddDays(1)));
        if (query.RunId is not null)
        {
            command.Add("@run", query.RunId);
        }
    }

    internal static Dictionary<int, FxRate> Rates(LedgerTransaction transaction, Currency currency)
    {
        var rates = PriceRecords.StoredRates(transaction);
        return transaction
            .Query<(long Day, long Rate)>("SELECT day, rate_seq FROM fx_fixings WHERE currency = @code", new { code = currency.Code() })
            .ToDictionary(static row => (int)row.Day, row => rates.TryGetValue(row.Rate, out var rate) ? rate : throw new LedgerException(
                LedgerFault.Corrupt,
                $"The rate {row.Rate} that {EventTime.ToDate((int)row.Day):yyyy-MM-dd} was fixed by is not there any more. Run `farthing ledger verify`."));
    }

    internal static FxRate Rate(Dictionary<int, FxRate> rates, int day, Currency currency) =>
        rates.TryGetValue(day, out var rate) ? rate : throw new LedgerException(
            LedgerFault.NoRate,
            $"There is no {currency.Code()} rate for {EventTime.ToDate(day):yyyy-MM-dd} yet. {MissingRates.Mend}");
}
