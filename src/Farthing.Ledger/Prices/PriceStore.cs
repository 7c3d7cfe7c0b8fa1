using Farthing.Ledger.Posting;
using Farthing.Ledger.Storage;

namespace Farthing.Ledger.Prices;

/// <summary>How prices are recorded.</summary>
public sealed record PriceRecordingOptions
{
    /// <summary>Where they come from, for people.</summary>
    public required string Source { get; init; }

    /// <summary>Whether they were set by hand rather than imported.</summary>
    public bool IsSet { get; init; }

    /// <summary>Whether they may take the place of prices that were recorded for the same time. Default: no, that is an error.</summary>
    public bool Corrects { get; init; }

    /// <summary>
    /// Whether the ids were made from resource, meter and date: then a price that costs what the one in force costs is left out, and
    /// a correction gets the next free id.
    /// </summary>
    public bool HasMadeIds { get; init; }

    /// <summary>Whether nothing is to be kept: it is all tried and rolled back.</summary>
    public bool IsTrial { get; init; }
}

/// <summary>What a recording did.</summary>
/// <param name="Added">Prices that are new or hold at another time than before.</param>
/// <param name="Unchanged">Prices that are in force so already, and exchange rates that are recorded so.</param>
/// <param name="Ended">Open prices that end where a new one begins.</param>
/// <param name="Corrected">Periods that another price was recorded for before.</param>
/// <param name="Rates">Exchange rates that are new.</param>
public sealed record PriceRecordingSummary(int Added, int Unchanged, int Ended, int Corrected, int Rates);

/// <summary>
/// The prices that the ledger was told, in two times: when a price holds, and since when the ledger knows it. Nothing is ever changed:
/// a correction is a later recording of the same period.
/// </summary>
public sealed class PriceStore(LedgerStore file, TimeProvider time)
{
    // Of a list with thousands of conflicts, nobody reads all.
    private const int MaxConflicts = 20;

    /// <summary>All recordings, the first one first.</summary>
    /// <exception cref="LedgerException">The file can't be read.</exception>
    public IReadOnlyList<PriceRecording> Recordings() => file.Read(PriceStoreRows.Recordings);

    /// <summary>The prices as recordings up to a number say; as all say when it is left out.</summary>
    /// <exception cref="LedgerException">The file can't be read.</exception>
    public PriceBook Book(long upTo = long.MaxValue) => file.Read(transaction => Book(transaction, upTo));

    /// <summary>The prices as they were known at an instant.</summary>
    /// <exception cref="LedgerException">The file can't be read.</exception>
    public PriceBook BookKnownAt(DateTimeOffset instant) =>
        Book(Recordings().LastOrDefault(recording => recording.At <= instant)?.Number ?? 0);

    /// <summary>
    /// The prices to post at: those of a chosen book, else for what it does not price the store's, else the built-in ones. Exchange rates
    /// likewise, by currency.
    /// </summary>
    /// <param name="chosen">The book that the user named; null for none.</param>
    /// <exception cref="LedgerException">The file can't be read.</exception>
    public PriceBook Layered(PriceBook? chosen) => PriceLayers.Join(chosen, Book(), PriceBook.Default());

    /// <summary>The usage that has no price, by resource and meter.</summary>
    /// <exception cref="LedgerException">The file can't be read.</exception>
    public IReadOnlyList<UnpricedSpan> Unpriced() => file.Read(UnpricedQuery.Read);

    /// <summary>Records the prices and rates of a book, all or none.</summary>
    /// <exception cref="LedgerException">A price overlaps a recorded one, or an id stands for another price; up to 20 are named.</exception>
    public PriceRecordingSummary Record(PriceBook book, PriceRecordingOptions options)
    {
        ArgumentNullException.ThrowIfNull(book);
        ArgumentNullException.ThrowIfNull(options);
        try
        {
            return file.Write(transaction =>
            {
                var done = Record(transaction, book, options);
                return options.IsTrial ? throw new TrialOver(done) : done;
            });
        }
        catch (TrialOver over)
        {
            return over.Summary;
        }
    }

    internal static PriceBook Book(LedgerTransaction transaction, long upTo)
    {
        var periods = PriceStoreRows.Periods(transaction, upTo);
        return new PriceBook(periods, [.. periods.Select(static period => period.Price).DistinctBy(static price => price.Id)], PriceStoreRows.Rates(transaction, upTo));
    }

    /// <summary>Steps: 1. hold each price against the store, 2. refuse conflicts, 3. record what is new, 4. the rates.</summary>
    private PriceRecordingSummary Record(LedgerTransaction transaction, PriceBook book, PriceRecordingOptions options)
    {
        var plan = new PricePlan(Book(transaction, long.MaxValue), PriceRecords.Stored(transaction).ToDictionary(static row => row.Price.Id, static row => row.Price), options);
        foreach (var price in book.Prices)
        {
            plan.Add(price);
        }

        var conflicts = plan.Conflicts.Concat(RatesAhead.Of(book, time.GetUtcNow())).Concat(RateConflicts(transaction, book, options.Corrects)).ToList();
        if (conflicts.Count > 0)
        {
            var more = conflicts.Count > MaxConflicts ? $"\n  … and {conflicts.Count - MaxConflicts} more" : "";
            throw new LedgerException(
                LedgerFault.Conflict,
                $"{conflicts.Count} price(s) or rate(s) can't be recorded, so none was:\n  {string.Join("\n  ", conflicts.Take(MaxConflicts))}{more}");
        }

        var known = PriceRecords.StoredRates(transaction).Values.Select(static rate => rate.Id).ToHashSet(StringComparer.Ordinal);
        var recorded = PriceStoreRows.Rates(transaction, long.MaxValue).Select(static rate => rate.Id).ToHashSet(StringComparer.Ordinal);
        var rates = book.Rates.Where(rate => !recorded.Contains(rate.Id)).ToList();
        var summary = new PriceRecordingSummary(plan.New.Count, plan.Unchanged + book.Rates.Count - rates.Count, plan.Ended, plan.Corrected, rates.Count);
        if (plan.New.Count + rates.Count == 0)
        {
            return summary;
        }

        var recording = PriceStoreRows.Add(transaction, time.GetUtcNow(), options.IsSet ? "set" : "import", options.Source);
        foreach (var price in plan.New.Where(price => !plan.IsStored(price.Id)))
        {
            PriceRecords.Insert(transaction, price);
        }

        var rows = PriceRecords.Stored(transaction).ToDictionary(static row => row.Price.Id, static row => row.Seq, StringComparer.Ordinal);
        PriceStoreRows.Assert(transaction, recording, plan.New.Select(price => (rows[price.Id], price)));
        PriceRecords.RecordRates(transaction, book);
        rates.ForEach(rate => PriceStoreRows.AddRate(transaction, recording, rate.Id));
        if (rates.Exists(rate => !known.Contains(rate.Id)))
        {
            FxFixings.FixOpenDays(transaction, Book(transaction, long.MaxValue));
        }

        return summary;
    }

    private static IEnumerable<string> RateConflicts(LedgerTransaction transaction, PriceBook book, bool corrects)
    {
        // Rates of a book of `--prices` too: their ids are as permanent.
        var known = PriceRecords.StoredRates(transaction).Values.ToDictionary(static rate => rate.Id, StringComparer.Ordinal);
        var stored = PriceStoreRows.Rates(transaction, long.MaxValue).ToLookup(static rate => (rate.Currency, rate.Day));
        foreach (var rate in book.Rates)
        {
            if (known.TryGetValue(rate.Id, out var same) && !PriceRecords.IsSame(same, rate))
            {
                yield return $"the rate '{rate.Id}' is recorded as {same.Describe()}, not {rate.Describe()}. An id is permanent: give the new rate another one.";
            }
            else if (!corrects && stored[(rate.Currency, rate.Day)].FirstOrDefault(other => other.Id != rate.Id) is { } other)
            {
                yield return $"the rate '{rate.Id}' of {rate.Day:yyyy-MM-dd}: '{other.Id}' is recorded for that day. Correct it with --correct.";
            }
        }
    }

    private sealed class TrialOver(PriceRecordingSummary summary) : Exception
    {
        public PriceRecordingSummary Summary => summary;
    }
}
