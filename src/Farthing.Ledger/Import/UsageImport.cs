using System.Text;
using Farthing.Ledger.Money;
using Farthing.Ledger.Posting;
using Farthing.Ledger.Storage;
using Farthing.Ledger.Usage;

namespace Farthing.Ledger.Import;

/// <summary>What an import did.</summary>
/// <param name="Renders">Attempts that are new.</param>
/// <param name="Posted">Charges that were posted at a price, those that settle a lease (idle, lost and rounding) among them.</param>
/// <param name="Unpriced">Charges that were kept without a price.</param>
/// <param name="Exists">Charges that were there already.</param>
/// <param name="Memos">Lines about savings.</param>
/// <param name="Amount">What the new charges cost together.</param>
public sealed record ImportSummary(long Renders, long Posted, long Unpriced, long Exists, long Memos, CurrencyAmount Amount)
{
    /// <summary>Lots that lines of the file used and whose renders neither the file nor the ledger has, by their lines.</summary>
    public IReadOnlyList<UnknownLot> Unknown { get; init; } = [];
}

/// <summary>A lot that something is of, and whose renders nobody has posted yet.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Name">The lot.</param>
/// <param name="Line">The first line that names it.</param>
public sealed record UnknownLot(string RunId, string Name, long Line);

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
            var pass = new ImportPass(transaction, journal, new LeaseBounds(Latest, new UsageRules().MaxSkew));
            for (var number = 1L; ReadLine(text, number) is { } line; number++)
            {
                if (!string.IsNullOrWhiteSpace(line))
                {
                    pass.Import(line, number);
                }
            }

            return pass.Summary;
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
}
