using Farthing.Ledger.Money;
using Farthing.Ledger.Prices;
using Farthing.Ledger.Storage;

namespace Farthing.Ledger.Posting;

/// <summary>Posts charges inside the caller's transaction.</summary>
internal sealed class ChargePoster(PriceBook book, IReadOnlyDictionary<string, long> priceRows) : IDisposable
{
    private readonly ChargeRows _charges = new();
    private readonly TransferRows _transfers = new();
    private readonly FxFixings _fixings = new(book);
    private LedgerTransaction? _transaction;

    /// <summary>What it has posted so far. What is rolled back stays counted, so that only a difference within one transaction says something.</summary>
    public PostTally Tally { get; private set; } = new(0, 0, 0);

    /// <summary>Ties itself to a transaction, and forgets what an earlier one may have rolled back.</summary>
    public void Enter(LedgerTransaction transaction)
    {
        if (!ReferenceEquals(_transaction, transaction))
        {
            _charges.Enter(transaction);
            _transfers.Enter(transaction);
            _fixings.Enter(transaction);
            _transaction = transaction;
        }
    }

    /// <summary>Posts one fact at the price in force when it happened.</summary>
    /// <exception cref="LedgerException">The amount is beyond 64 bits.</exception>
    public (PostOutcome Outcome, Amount Amount) Post(UsageFact fact) => Post([fact])[0];

    /// <summary>Posts one fact at an amount that the price alone does not give, such as a rounding.</summary>
    public (PostOutcome Outcome, Amount Amount) Post(UsageFact fact, PriceVersion? price, Amount amount) => Post([fact], [price], [amount])[0];

    /// <summary>Posts facts at the prices in force when they happened.</summary>
    /// <exception cref="LedgerException">An amount is beyond 64 bits.</exception>
    public (PostOutcome Outcome, Amount Amount)[] Post(IReadOnlyList<UsageFact> facts)
    {
        var prices = new PriceVersion?[facts.Count];
        var amounts = new Amount[facts.Count];
        for (var i = 0; i < prices.Length; i++)
        {
            prices[i] = book.Find(facts[i].Resource, facts[i].Meter, facts[i].At);
            amounts[i] = prices[i] is { } price ? PriceOf(facts[i], price) : Amount.Zero;
        }

        return Post(facts, prices, amounts);
    }

    /// <summary>Adds a charge that corrects another one, whose id must be new.</summary>
    /// <param name="fact">The charge.</param>
    /// <param name="price">Its price; null when it has none.</param>
    /// <param name="amount">What it costs.</param>
    /// <param name="isReversal">Whether it takes the other one back.</param>
    /// <returns>Its number.</returns>
    public long Correct(UsageFact fact, PriceVersion? price, Amount amount, bool isReversal)
    {
        var seq = _charges.Insert([fact])[0] ?? throw new LedgerException(LedgerFault.Conflict, $"The correction '{fact.Id}' is posted already.");
        if (price is null && isReversal)
        {
            _transaction!.Rollups.TakeBack(fact);
            return seq;
        }

        _transaction!.Rollups.Add(fact);
        if (price is not null)
        {
            PriceLate(seq, fact, price, amount);
        }

        return seq;
    }

    /// <summary>Gives a charge that was posted without a price its amount.</summary>
    public void PriceLate(long seq, UsageFact fact, PriceVersion price, Amount amount)
    {
        // First: fixing a day converts what the day has, to which this amount is added with its euros.
        var rate = _fixings.Fix(fact.At);
        _transfers.Insert([(seq, fact.Stage, fact.Resource, amount, priceRows[price.Id])]);
        _transaction!.Rollups.Price(fact, amount, rate);
    }

    public UsageFact? Find(string id) => _charges.Find(id);

    public void Dispose() => _charges.Dispose();

    private (PostOutcome Outcome, Amount Amount)[] Post(IReadOnlyList<UsageFact> facts, PriceVersion?[] prices, Amount[] amounts)
    {
        var outcomes = new (PostOutcome Outcome, Amount Amount)[facts.Count];
        var transfers = new List<(long, Stage, string, Amount, long)>(facts.Count);
        var numbers = _charges.Insert(facts);
        for (var i = 0; i < outcomes.Length; i++)
        {
            var fact = facts[i];
            if (numbers[i] is not { } number)
            {
                outcomes[i].Outcome = Find(fact.Id) == fact ? PostOutcome.Exists : PostOutcome.Conflict;
            }
            else if (prices[i] is not { } price)
            {
                _transaction!.Rollups.Add(fact);
                outcomes[i].Outcome = PostOutcome.Unpriced;
                Tally = Tally with { Unpriced = Tally.Unpriced + 1 };
            }
            else
            {
                transfers.Add((number, fact.Stage, fact.Resource, amounts[i], priceRows[price.Id]));
                var rate = _fixings.Fix(fact.At);
                _transaction!.Rollups.Add(fact);
                _transaction!.Rollups.Price(fact, amounts[i], rate);
                outcomes[i] = (PostOutcome.Posted, amounts[i]);
                Tally = Tally with { Posted = Tally.Posted + 1, Amount = Tally.Amount + amounts[i].Units };
            }
        }

        _transfers.Insert(transfers);
        return outcomes;
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
