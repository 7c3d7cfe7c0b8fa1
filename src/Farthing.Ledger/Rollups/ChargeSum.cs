using System.Data.Common;
using System.Globalization;
using Farthing.Ledger.Money;
using Farthing.Ledger.Prices;

namespace Farthing.Ledger.Rollups;

/// <summary>What the charges of one day and one kind come to, in 128 bits.</summary>
internal record struct ChargeSum
{
    /// <summary>The columns that <see cref="Read"/> reads, of <c>charge_rollups AS r</c>: sums of 128 bits are text.</summary>
    public const string Columns =
        "r.charges, CAST(r.quantity AS TEXT), CAST(r.time_us AS TEXT), r.unpriced, CAST(r.unpriced_quantity AS TEXT), CAST(r.amount AS TEXT), CAST(r.eur AS TEXT), r.unconverted, CAST(r.weight AS TEXT), r.weighted";

    /// <summary>How many charges, without those that never had a price and were taken back.</summary>
    public long Charges;

    /// <summary>How much, in the meter's base unit.</summary>
    public Int128 Quantity;

    /// <summary>Device time.</summary>
    public Int128 Time;

    /// <summary>How many charges have no price.</summary>
    public long Unpriced;

    /// <summary>How much of the quantity has no price.</summary>
    public Int128 UnpricedQuantity;

    /// <summary>The money in 10⁻¹² USD.</summary>
    public Int128 Amount;

    /// <summary>The money in 10⁻¹² EUR, each entry converted by itself.</summary>
    public Int128 Eur;

    /// <summary>How many priced charges are not in <see cref="Eur"/>, since their day had no rate.</summary>
    public long Unconverted;

    /// <summary>The work behind the priced charges that say it: steps × latent pixels × passes.</summary>
    public Int128 Weight;

    /// <summary>How many priced charges say it.</summary>
    public long Weighted;

    /// <summary>A charge without a price.</summary>
    public void Add(long quantity, long time)
    {
        Charges++;
        Quantity += quantity;
        Time += time;
        Unpriced++;
        UnpricedQuantity += quantity;
    }

    /// <summary>What takes back a charge without a price: neither of the two is in wait of one.</summary>
    public void TakeBack(long quantity, long time)
    {
        Charges--;
        Quantity += quantity;
        Time += time;
        Unpriced--;
        UnpricedQuantity += quantity;
    }

    /// <summary>The price of a charge that had none.</summary>
    public void Price(long quantity, long? weight, Amount amount, FxRate? rate)
    {
        Weight += weight ?? 0;
        Weighted += weight is null ? 0 : 1;
        Unpriced--;
        UnpricedQuantity -= quantity;
        Amount += amount.Units;
        if (rate is null)
        {
            Unconverted++;
        }
        else
        {
            Eur += rate.Convert(amount).Units;
        }
    }

    public void Add(in ChargeSum other)
    {
        Charges += other.Charges;
        Quantity = checked(Quantity + other.Quantity);
        Time = checked(Time + other.Time);
        Unpriced += other.Unpriced;
        UnpricedQuantity = checked(UnpricedQuantity + other.UnpricedQuantity);
        Amount = checked(Amount + other.Amount);
        Eur = checked(Eur + other.Eur);
        Unconverted += other.Unconverted;
        Weight = checked(Weight + other.Weight);
        Weighted += other.Weighted;
    }

    public static ChargeSum Read(DbDataReader row, int from) => new()
    {
        Charges = row.GetInt64(from),
        Quantity = Parse(row.GetString(from + 1)),
        Time = Parse(row.GetString(from + 2)),
        Unpriced = row.GetInt64(from + 3),
        UnpricedQuantity = Parse(row.GetString(from + 4)),
        Amount = Parse(row.GetString(from + 5)),
        Eur = Parse(row.GetString(from + 6)),
        Unconverted = row.GetInt64(from + 7),
        Weight = Parse(row.GetString(from + 8)),
        Weighted = row.GetInt64(from + 9),
    };

    /// <inheritdoc/>
    public readonly override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Charges} charges (quantity {Quantity}, device time {Time} µs, weight {Weight} of {Weighted}) for {AmountText.Exact(Amount)} USD and {AmountText.Exact(Eur)} EUR, "
            + $"{Unpriced} without a price (quantity {UnpricedQuantity}), {Unconverted} without a rate");

    /// <summary>Nearly all sums fit into 64 bits, which are read faster.</summary>
    /// <exception cref="FormatException">It is no number: somebody wrote it.</exception>
    public static Int128 Parse(string text) =>
        text.Length <= 18 && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var small) ? small
            : Int128.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var sum) ? sum
            : throw new FormatException($"the sum '{(text.Length <= 40 ? text : text[..40] + "…")}' of a rollup is no whole number.");
}
