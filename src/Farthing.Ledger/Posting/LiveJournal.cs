using Farthing.Ledger.Prices;
using Farthing.Ledger.Storage;

namespace Farthing.Ledger.Posting;

/// <summary>A journal by the prices in force: it is opened anew when somebody has recorded others.</summary>
/// <remarks>Not safe for threads.</remarks>
public sealed class LiveJournal : IDisposable
{
    private readonly LedgerStore _store;
    private readonly RecordedPrices _prices;

    /// <summary>Opens it.</summary>
    /// <exception cref="LedgerException">The store can't be used, or the book has an id for another price than the store.</exception>
    public LiveJournal(LedgerStore store, RecordedPrices prices)
    {
        ArgumentNullException.ThrowIfNull(prices);
        (_store, _prices, Book) = (store, prices, prices.Book);
        Journal = Journal.Open(store, Book);
    }

    /// <summary>The journal.</summary>
    public Journal Journal { get; private set; }

    /// <summary>The prices that it posts by.</summary>
    public PriceBook Book { get; private set; }

    /// <summary>Takes the prices in force now. A journal that can't be opened with them is tried again by the next call: nothing is posted by old ones.</summary>
    /// <exception cref="LedgerException">The store can't be used, or the book has an id for another price than the store.</exception>
    public void Refresh()
    {
        var book = _prices.Refresh();
        if (!ReferenceEquals(book, Book))
        {
            var journal = Journal.Open(_store, book);
            Journal.Dispose();
            (Journal, Book) = (journal, book);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Journal.Dispose();
}
