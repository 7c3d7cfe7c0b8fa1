using Farthing.Ledger.Money;
using Farthing.Ledger.Prices;
using Farthing.Ledger.Storage;
using Microsoft.Data.Sqlite;

namespace Farthing.Ledger.Posting;

/// <summary>Posts charges inside the caller's transaction, with statements that are prepared once for a connection.</summary>
internal sealed class ChargePoster(PriceBook book, IReadOnlyDictionary<string, long> priceRows) : IDisposable
{
    private SqliteConnection? _connection;
    private SqliteTransaction? _transaction;
    private ChargeRows? _charges;
    private TransferRows? _transfers;
    private FxFixings? _fixings;

    /// <summary>Ties the statements to a transaction, and forgets what an earlier one may have rolled back.</summary>
    public void Enter(SqliteTransaction transaction)
    {
        if (ReferenceEquals(_transaction, transaction))
        {
            return;
        }

        if (!ReferenceEquals(_connection, transaction.Connection))
        {
            Dispose();
            _charges = new ChargeRows(transaction);
            _transfers = new TransferRows(transaction);
            _fixings = new FxFixings(transaction, book);
            _connection = transaction.Connection;
        }

        _charges!.Enter(transaction);
        _transfers!.Enter(transaction);
        _fixings!.Enter(transaction);
        _transaction = transaction;
    }

    /// <summary>Posts one fact at the price in force when it happened.</summary>
    /// <exception cref="LedgerException">The amount is beyond 64 bits.</exception>
    public (PostOutcome Outcome, Amount Amount) Post(UsageFact fact)
    {
        var price = book.Find(fact.Resource, fact.Meter, fact.At);
        return Post(fact, price, price is null ? Amount.Zero : PriceOf(fact, price));
    }

    /// <summary>Posts one fact at an amount that the price alone does not give, such as a rounding.</summary>
    public (PostOutcome Outcome, Amount Amount) Post(UsageFact fact, PriceVersion? price, Amount amount)
    {
        if (_charges!.Insert(fact) is not { } seq)
        {
            return (Find(fact.Id) == fact ? PostOutcome.Exists : PostOutcome.Conflict, Amount.Zero);
        }

        if (price is null)
        {
            return (PostOutcome.Unpriced, Amount.Zero);
        }

        _transfers!.Insert(seq, fact.Stage, fact.Resource, amount, priceRows[price.Id]);
        _fixings!.Fix(fact.At);
        return (PostOutcome.Posted, amount);
    }

    /// <summary>Adds a charge that corrects another one, whose id must be new.</summary>
    /// <returns>Its number.</returns>
    public long Correct(UsageFact fact, PriceVersion? price, Amount amount)
    {
        var seq = _charges!.Insert(fact) ?? throw new LedgerException(LedgerFault.Conflict, $"The correction '{fact.Id}' is posted already.");
        if (price is not null)
        {
            PriceLate(seq, fact, price, amount);
        }

        return seq;
    }

    /// <summary>Gives a charge that was posted without a price its amount.</summary>
    public void PriceLate(long seq, UsageFact fact, PriceVersion price, Amount amount)
    {
        _transfers!.Insert(seq, fact.Stage, fact.Resource, amount, priceRows[price.Id]);
        _fixings!.Fix(fact.At);
    }

    public UsageFact? Find(string id) => _charges!.Find(id);

    /// <summary>Makes the next <see cref="Enter"/> start anew, though the transaction is the same.</summary>
    public void Forget() => _transaction = null;

    public void Dispose()
    {
        _charges?.Dispose();
        _transfers?.Dispose();
        _fixings?.Dispose();
        (_connection, _transaction) = (null, null);
    }

    internal static Amount PriceOf(UsageFact fact, PriceVersion price)
    {
        try
        {
            return price.Price(fact.Quantity);
        }
        catch (OverflowException error)
        {
            throw new LedgerException(
                LedgerFault.Overflow,
                $"'{fact.Id}': {fact.Quantity} of {fact.Meter} at {price.Usd} USD per {price.Unit} is more than an amount holds "
                    + "(9.2 million USD). Check the quantity, or post it in parts.",
                error);
        }
    }
}
