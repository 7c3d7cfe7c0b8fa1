using Farthing.Ledger.Posting;
using Farthing.Ledger.Prices;
using Farthing.Ledger.Storage;

namespace Farthing.Gateway.Booking;

/// <summary>Posts ended attempts: a row of the gateway's and the charges of its tokens, in one transaction. A repeat changes nothing.</summary>
public sealed class AttemptPoster : IDisposable
{
    private readonly LedgerStore _file;
    private readonly Journal _journal;
    private readonly TokenCharges _charges;

    private AttemptPoster(LedgerStore file, Journal journal, TokenCharges charges) => (_file, _journal, _charges) = (file, journal, charges);

    /// <summary>Opens the ledger for the gateway, and adds its table where it is missing.</summary>
    /// <exception cref="LedgerException">The file can't be used, or the book has an id for another price than the file.</exception>
    public static AttemptPoster Open(LedgerStore file, PriceBook book)
    {
        ArgumentNullException.ThrowIfNull(file);
        file.Migrate(typeof(AttemptPoster).Assembly);
        return new AttemptPoster(file, Journal.Open(file, book), new TokenCharges(book));
    }

    /// <summary>Posts attempts, all or none.</summary>
    /// <returns>How many were new, and how many charges have no price.</returns>
    /// <exception cref="LedgerException">The file can't be written; nothing was kept.</exception>
    public (int New, int Unpriced) Post(IReadOnlyList<AttemptRecord> attempts) => _file.Write(transaction =>
    {
        var added = 0;
        List<UsageFact> facts = [];
        using var insert = new AttemptInsert(transaction);
        foreach (var attempt in attempts)
        {
            if (insert.Add(attempt))
            {
                added++;
                facts.AddRange(_charges.Of(attempt));
            }
        }

        return (added, _journal.Post(transaction, facts).Unpriced);
    });

    /// <inheritdoc/>
    public void Dispose() => _journal.Dispose();
}
