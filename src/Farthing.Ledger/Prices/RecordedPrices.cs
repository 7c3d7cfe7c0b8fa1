using Farthing.Ledger.Storage;

namespace Farthing.Ledger.Prices;

/// <summary>
/// The prices of a process that runs on while others record prices in its ledger. Recordings are numbered, so that a look at the last number tells
/// whether there is anything new.
/// </summary>
/// <remarks>Not safe for threads.</remarks>
public sealed class RecordedPrices
{
    private readonly LedgerStore _store;
    private readonly Func<PriceBook> _read;
    private long _recording;

    /// <summary>Reads the prices in force.</summary>
    /// <param name="store">The ledger.</param>
    /// <param name="read">Gives the prices in force, such as <see cref="PriceStore.Layered"/>.</param>
    /// <exception cref="LedgerException">The store can't be read.</exception>
    public RecordedPrices(LedgerStore store, Func<PriceBook> read)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(read);
        (_store, _read) = (store, read);

        // Before the prices: what is recorded in between is then read twice, and never missed.
        _recording = store.Read(PriceStoreRows.LastRecording);
        Book = read();
    }

    /// <summary>The prices as they were last read.</summary>
    public PriceBook Book { get; private set; }

    /// <summary>Reads them again where somebody has recorded others since.</summary>
    /// <returns>Whether somebody has.</returns>
    /// <exception cref="LedgerException">The store can't be read.</exception>
    public bool Refresh()
    {
        var recording = _store.Read(PriceStoreRows.LastRecording);
        if (recording == _recording)
        {
            return false;
        }

        Book = _read();
        _recording = recording;
        return true;
    }
}
