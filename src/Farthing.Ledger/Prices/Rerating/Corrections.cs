using System.Globalization;
using Farthing.Ledger.Money;
using Farthing.Ledger.Posting;
using Farthing.Ledger.Storage;

namespace Farthing.Ledger.Prices.Rerating;

/// <summary>Posts the corrections of one re-rating, and then the roundings of the leases that it touched.</summary>
internal sealed class Corrections : IDisposable
{
    /// <summary>What the ids of corrections begin with, and no others.</summary>
    public const string IdPrefix = "rerate-";

    private readonly LedgerTransaction _transaction;
    private readonly Dictionary<string, long> _rows;
    private readonly ChargePoster _poster;
    private readonly SortedSet<string> _leases = new(StringComparer.Ordinal);
    private long? _number;

    public Corrections(LedgerTransaction transaction, PriceBook book)
    {
        _transaction = transaction;
        _rows = PriceRecords.Record(transaction, book);
        Prices = PriceRecords.Stored(transaction).ToDictionary(static row => row.Seq, static row => row.Price);
        _poster = new ChargePoster(book, _rows);
        _poster.Enter(transaction);
    }

    public Dictionary<long, PriceVersion> Prices { get; }

    public RerateTally Tally { get; } = new();

    /// <summary>What takes a charge back.</summary>
    public static UsageFact Reversal(RatedCharge charge, long rerating) => charge.Fact with
    {
        Id = IdOf(charge, rerating, "reversal"),
        Quantity = checked(-charge.Fact.Quantity),
        DeviceTime = charge.Fact.DeviceTime is { } used ? DeviceTime.Zero - used : null,
        Weight = -charge.Fact.Weight,
    };

    /// <summary>What takes its place.</summary>
    public static UsageFact Replacement(RatedCharge charge, long rerating) => charge.Fact with { Id = IdOf(charge, rerating, "replacement") };

    public long RowOf(PriceVersion price) => _rows[price.Id];

    /// <summary>Gives a charge its first price.</summary>
    public void Price(RatedCharge charge, PriceVersion price, Amount amount, Func<long> number)
    {
        _number ??= number();
        _poster.PriceLate(charge.Seq, charge.Fact, price, amount);
        RerateRows.Link(_transaction, charge.Seq, charge.Seq, "priced", _number.Value);
        Note(charge, amount);
    }

    /// <summary>Takes a charge back and puts one at another price, or without one, in its place.</summary>
    public void Replace(RatedCharge charge, long? priceRow, Amount? amount, Func<long> number)
    {
        _number ??= number();
        var old = charge.PriceRow is { } row ? Prices[row] : null;
        var back = _poster.Correct(Reversal(charge, _number.Value), old, -(charge.Amount ?? Amount.Zero), isReversal: true);
        RerateRows.Link(_transaction, back, charge.Seq, "reversal", _number.Value);
        var price = priceRow is { } next ? Prices[next] : null;
        var forth = _poster.Correct(Replacement(charge, _number.Value), price, amount ?? Amount.Zero, isReversal: false);
        RerateRows.Link(_transaction, forth, charge.Seq, "replacement", _number.Value);
        Note(charge, amount);
    }

    /// <summary>Rounds the settled leases that were touched, so that each costs the price of the whole again.</summary>
    public RerateSummary Finish()
    {
        var settler = new LeaseSettler(_poster, Prices);
        foreach (var id in _leases)
        {
            if (LeaseRows.LastSettlement(_transaction, id) is { } settlement)
            {
                var key = string.Create(CultureInfo.InvariantCulture, $"rerate-{_number}/{id}");
                Tally.AddRounding(settler.PostRounding(_transaction, LeaseRows.Get(_transaction, id), settlement.At, key));
            }
        }

        return Tally.Build(_number);
    }

    public void Dispose() => _poster.Dispose();

    private static string IdOf(RatedCharge charge, long rerating, string part) => string.Create(CultureInfo.InvariantCulture, $"{IdPrefix}{rerating}/{charge.Seq}/{part}");

    private void Note(RatedCharge charge, Amount? after)
    {
        Tally.Add(charge.Fact.Stage, charge.Amount, after);
        if (charge.Fact.LeaseId is { } lease)
        {
            _leases.Add(lease);
        }
    }
}
