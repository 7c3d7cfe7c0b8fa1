using System.Text;
using System.Text.Json;
using Farthing.Ledger.Money;
using Farthing.Ledger.Posting;
using Farthing.Ledger.Storage;

namespace Farthing.Ledger.Import;

/// <summary>What an import did.</summary>
/// <param name="Renders">Attempts that are new.</param>
/// <param name="Posted">Charges that were posted at a price.</param>
/// <param name="Unpriced">Charges that were kept without a price.</param>
/// <param name="Exists">Charges that were there already.</param>
/// <param name="Memos">Lines about savings.</param>
/// <param name="Amount">What the new charges cost together.</param>
public sealed record ImportSummary(long Renders, long Posted, long Unpriced, long Exists, long Memos, CurrencyAmount Amount);

/// <summary>
/// Imports usage that another pipeline wrote down: JSON Lines, one lease, lot of renders, use, saving or close a line. A
/// lot is any number of renders that ended alike; its uses stand on its first render. Importing a file again changes nothing.
/// </summary>
public sealed class UsageImport(Journal journal)
{
    /// <summary>A longer line is refused.</summary>
    public const int MaxLineLength = 100_000;

    /// <summary>A lot of more renders is refused.</summary>
    public const int MaxLot = 1_000_000;

    /// <summary>What is of a later instant is refused: it can't have happened yet. Default: nothing is.</summary>
    public DateTimeOffset Latest { get; init; } = DateTimeOffset.MaxValue;

    /// <summary>Imports all lines of a file in UTF-8, or none.</summary>
    /// <exception cref="UsageFileException">A line can't be imported.</exception>
    public ImportSummary Import(LedgerStore file, Stream usage)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(usage);
        using var text = StrictText.Open(usage);
        return file.Write(transaction =>
        {
            var summary = new ImportSummary(0, 0, 0, 0, 0, new CurrencyAmount(0, Currency.Usd));
            for (var number = 1L; ReadLine(text, number) is { } line; number++)
            {
                if (!string.IsNullOrWhiteSpace(line))
                {
                    summary = Import(transaction, line, number, summary);
                }
            }

            return summary;
        });
    }

    private static string? ReadLine(StreamReader text, long number)
    {
        try
        {
            return text.ReadLine();
        }
        catch (DecoderFallbackException error)
        {
            throw new UsageFileException(StrictText.FaultyLine(text.BaseStream, number), "near here it is not UTF-8. Write it again, or save it as UTF-8.", error);
        }
    }

    private ImportSummary Import(LedgerTransaction transaction, string line, long number, ImportSummary summary)
    {
        try
        {
            var row = new UsageCells(Parse(line), Latest);
            switch (row.Type)
            {
                case "lease":
                    journal.Leases.Open(transaction, row.Lease());
                    return summary;
                case "close":
                    var (lease, elapsed, idle, at) = row.Close();
                    journal.Leases.Close(transaction, lease, elapsed, idle, at);
                    return summary;
                case "renders":
                    return summary with { Renders = summary.Renders + AddRenders(transaction, row) };
                case "saved":
                    journal.Memos.Record(transaction, [row.Memo()]);
                    return summary with { Memos = summary.Memos + 1 };
                case "use":
                    var posted = journal.Post(transaction, [row.Fact()]);
                    return posted.Conflicts is [var conflict, ..] ? throw new FormatException(conflict.ToString()) : summary with
                    {
                        Posted = summary.Posted + posted.Posted,
                        Unpriced = summary.Unpriced + posted.Unpriced,
                        Exists = summary.Exists + posted.Exists,
                        Amount = summary.Amount + posted.Amount,
                    };
                default:
                    throw new FormatException($"the type '{row.Type}' is unknown: write lease, renders, use, saved or close.");
            }
        }
        catch (Exception error) when (error is JsonException or FormatException or LedgerException { Fault: not (LedgerFault.Locked or LedgerFault.Unavailable) } or OverflowException)
        {
            throw new UsageFileException(number, error is JsonException json ? UsageRowFault.Of(json) : error.Message, error);
        }
    }

    private long AddRenders(LedgerTransaction transaction, UsageCells row)
    {
        var (run, lot, count) = row.Lot(MaxLot);
        var (outcome, reason, tags, at) = row.Ending();
        var added = 0L;
        for (var i = 1; i <= count; i++)
        {
            var key = new AttemptKey(run, UsageCells.RenderOf(lot, i), 1);
            if (journal.Attempts.Start(transaction, key, null, tags, at))
            {
                added++;
                journal.Attempts.End(transaction, key, outcome, reason, at);
            }
        }

        return added;
    }

    private static UsageRow Parse(string line) => line.Length <= MaxLineLength
        ? JsonSerializer.Deserialize(line, UsageRowContext.Default.UsageRow) ?? throw new FormatException("it is null.")
        : throw new FormatException($"it is longer than {MaxLineLength} characters.");
}
