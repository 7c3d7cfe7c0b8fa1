using Farthing.Ledger.Money;
using Farthing.Ledger.Prices;
using Farthing.Ledger.Storage;

namespace Farthing.Ledger.Posting;

/// <summary>
/// Memos of what was saved, priced at the price in force and kept beside the money that moved. Nothing is ever changed or
/// removed, and a permanent id makes every repeat harmless.
/// </summary>
public sealed class Memos : IDisposable
{
    private readonly PriceBook _book;
    private readonly IReadOnlyDictionary<string, long> _priceRows;
    private readonly MemoRows _rows = new();
    private readonly FxFixings _fixings;
    private LedgerTransaction? _transaction;

    internal Memos(PriceBook book, IReadOnlyDictionary<string, long> priceRows) =>
        (_book, _priceRows, _fixings) = (book, priceRows, new FxFixings(book));

    /// <summary>
    /// Records memos. One that is there already changes nothing; one without a price in force keeps its quantity and has
    /// no amount.
    /// </summary>
    /// <param name="transaction">An open write transaction, best the one that posts what was used.</param>
    /// <param name="memos">The memos, in any order.</param>
    /// <exception cref="LedgerException">
    /// A memo is not valid, its id stands for another one, or its amount is beyond 64 bits.
    /// </exception>
    public void Record(LedgerTransaction transaction, IEnumerable<SavingsMemo> memos)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        ArgumentNullException.ThrowIfNull(memos);
        Enter(transaction);
        foreach (var memo in memos)
        {
            if (memo.Fault() is { } fault)
            {
                throw new LedgerException(LedgerFault.Invalid, $"The memo '{memo.Id}' can't be recorded: {fault}.");
            }

            Record(memo);
        }
    }

    /// <summary>Whether a memo of an id is recorded.</summary>
    public bool Has(LedgerTransaction transaction, string id)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        Enter(transaction);
        return _rows.Find(id) is not null;
    }

    /// <summary>The number that the next memo of an open write transaction gets.</summary>
    public static long Next(LedgerTransaction transaction)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        return transaction.Scalar<long>("SELECT coalesce(max(seq), 0) + 1 FROM memos");
    }

    /// <summary>Lets the prepared statements go.</summary>
    public void Dispose() => _rows.Dispose();

    private void Record(SavingsMemo memo)
    {
        var price = _book.Find(memo.Resource, memo.Meter, memo.At);
        if (!_rows.Insert(memo, price is null ? null : PriceOf(memo, price), price is null ? null : _priceRows[price.Id]))
        {
            var stored = _rows.Find(memo.Id)!;
            if (stored != memo)
            {
                throw new LedgerException(
                    LedgerFault.Conflict,
                    $"The memo '{memo.Id}' is already recorded with other content.\n{SaidTwice.Differences(stored, memo)}\nAn id is permanent: give what is new another one.");
            }
        }
        else if (price is not null)
        {
            _fixings.Fix(memo.At);
        }
    }

    private void Enter(LedgerTransaction transaction)
    {
        if (!ReferenceEquals(_transaction, transaction))
        {
            _rows.Enter(transaction);
            _fixings.Enter(transaction);
            _transaction = transaction;
        }
    }

    private static Amount PriceOf(SavingsMemo memo, PriceVersion price)
    {
        try
        {
            return price.Price(memo.Quantity);
        }
        catch (OverflowException error)
        {
            throw new LedgerException(
                LedgerFault.Overflow,
                $"The memo '{memo.Id}': {memo.Quantity} of {memo.Meter} at {price.Usd} USD per {price.Unit} is more than an amount "
                    + "holds (9.2 million USD). Check the quantity.",
                error);
        }
    }
}
