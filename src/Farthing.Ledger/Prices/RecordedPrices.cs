using Farthing.Ledger.Storage;

namespace Farthing.Ledger.Prices;

/// <summary>
/// The prices of a process that runs on while others record prices in its ledger. Recordings are numbered, so that a look at the last number tells
/// whether there is anything new.
/// </summary>
/// <remarks>Safe for threads: all of a process share one.</remarks>
public sealed class RecordedPrices
{
    private readonly Lock _gate = new();
    private readonly LedgerStore _store;
    private readonly Func<PriceBook> _read;
    private volatile PriceBook _book;
    private long _recording;

    /// <summary>Reads the prices in force.</summary>
    /// <param name="store">The ledger.</param>
    /// <param name="read">Gives the prices in force, such as <see cref="PriceStore.Layered"/>; it is asked again when somebody has recorded prices.</param>
    /// <exception cref="LedgerException">The store can't be read.</exception>
    public RecordedPrices(LedgerStore store, Func<PriceBook> read)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(read);
        (_store, _read) = (store, read);

        // Before the prices: what is recorded in between is then read twice, and never missed.
        _recording = store.Read(PriceStoreRows.LastRecording);
        _book = read();
    }

    /// <summary>The prices as they were last read.</summary>
    public PriceBook Book => _book;

    /// <summary>Reads them again where somebody has recorded others since.</summary>
    /// <returns>The prices in force; the same book as before where nothing is new.</returns>
    /// <exception cref="LedgerException">The store can't be read.</exception>
    public PriceBook Refresh()
    {
        lock (_gate)
        {
            var recording = _store.Read(PriceStoreRows.LastRecording);
            if (recording != _recording)
            {
                _book = _read();
                _recording = recording;
            }

            return _book;
        }
    }
}
