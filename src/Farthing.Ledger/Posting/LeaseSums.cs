using Farthing.Ledger.Prices;
using Farthing.Ledger.Storage;

namespace Farthing.Ledger.Posting;

/// <summary>What is posted on one lease: time by stage, and quantity and money by price version, summed in 128 bits.</summary>
internal sealed class LeaseSums
{
    private readonly Int128[] _time = new Int128[StageNames.All.Count];
    private readonly Dictionary<long, (Int128 Quantity, Int128 Amount)> _byPrice = [];

    public Int128 UnpricedQuantity { get; private set; }

    /// <summary>Quantity and money by the number of the price version's row.</summary>
    public IReadOnlyDictionary<long, (Int128 Quantity, Int128 Amount)> ByPrice => _byPrice;

    /// <summary>The time that work and warm-up explain.</summary>
    public Int128 Work => Total - this[Stage.Idle] - this[Stage.Lost];

    public Int128 Total => _time.Aggregate(Int128.Zero, static (sum, time) => sum + time);

    public Int128 Posted => _byPrice.Values.Aggregate(Int128.Zero, static (sum, row) => sum + row.Amount);

    public Int128 this[Stage stage] => _time[(int)stage];

    public static LeaseSums Read(LedgerTransaction transaction, string leaseId)
    {
        using var command = transaction.CreateCommand();
        command.CommandText =
            $"""
            SELECT c.stage, c.device_us, c.quantity, t.price_version, {SignedAmount.Columns}
            FROM charges AS c
            LEFT JOIN transfers AS t ON t.charge_seq = c.seq
            LEFT JOIN accounts AS d ON d.seq = t.debit
            WHERE c.lease_id = @lease
            """;
        command.Add("@lease", leaseId);
        var sums = new LeaseSums();
        using var row = command.ExecuteReader();
        while (row.Read())
        {
            _ = StageNames.TryParse(row.GetString(0), out var stage);
            sums._time[(int)stage] += row.IsDBNull(1) ? 0 : row.GetInt64(1);
            if (row.IsDBNull(3))
            {
                sums.UnpricedQuantity += row.GetInt64(2);
                continue;
            }

            var version = row.GetInt64(3);
            var (quantity, amount) = sums._byPrice.GetValueOrDefault(version);
            sums._byPrice[version] = (quantity + row.GetInt64(2), amount + SignedAmount.Read(row, 4).Units);
        }

        return sums;
    }

    /// <summary>
    /// What the summed quantities cost, each price version by itself and rounded once, with what the last version's terms of lease
    /// (whole increments, a minimum) bill beyond what was used.
    /// </summary>
    public Int128 Expected(IReadOnlyDictionary<long, PriceVersion> prices, int cores) => _byPrice.Keys.Aggregate(
        Int128.Zero, (sum, row) => sum + Expected(row, prices, cores));

    /// <summary>As <see cref="Expected(IReadOnlyDictionary{long, PriceVersion}, int)"/>, of one version.</summary>
    public Int128 Expected(long row, IReadOnlyDictionary<long, PriceVersion> prices, int cores)
    {
        var used = _byPrice[row].Quantity;
        return prices[row].Price(row == LastUsed(prices) ? used + Unused(prices[row], cores) : used).Units;
    }

    private long? LastUsed(IReadOnlyDictionary<long, PriceVersion> prices) => _byPrice
        .Where(static pair => pair.Value.Quantity != 0)
        .OrderBy(pair => prices[pair.Key].From).ThenBy(static pair => pair.Key)
        .Select(static pair => (long?)pair.Key)
        .LastOrDefault();

    private Int128 Unused(PriceVersion price, int cores)
    {
        var used = _byPrice.Values.Aggregate(Int128.Zero, static (sum, row) => sum + row.Quantity);
        return price.Lease is { } terms ? (terms.Billed(used / cores) * cores) - used : 0;
    }
}
