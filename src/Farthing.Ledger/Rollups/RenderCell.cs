using System.Globalization;
using Farthing.Ledger.Money;
using Farthing.Ledger.Prices;

namespace Farthing.Ledger.Rollups;

/// <summary>An attempt at a render, by what names it.</summary>
internal readonly record struct RenderAttempt(string RunId, string RenderId, long Attempt);

/// <summary>The priced charges of one attempt on one day with one set of tags.</summary>
internal readonly record struct RenderCell(RenderAttempt Of, long Day, string Tags);

/// <summary>What they come to.</summary>
internal record struct RenderSum
{
    private const long Million = 1_000_000_000_000_000_000;

    /// <summary>The money in 10⁻¹² USD.</summary>
    public Int128 Amount;

    /// <summary>The money in 10⁻¹² EUR, each entry converted by itself.</summary>
    public Int128 Eur;

    /// <summary>How many charges are not in <see cref="Eur"/>, since their day had no rate.</summary>
    public long Unconverted;

    /// <summary>Adds a charge.</summary>
    public void Add(Amount amount, FxRate? rate)
    {
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

    /// <inheritdoc/>
    public readonly override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{AmountText.Exact(Amount)} USD and {AmountText.Exact(Eur)} EUR, {Unconverted} charges without a rate");

    /// <summary>A sum as it is stored: whole millions and the rest, so that nearly all sums take no more than they need.</summary>
    public static (long Millions, long Below) Split(Int128 units) =>
        // Nearly all are below a million dollars, and dividing 128 bits is slow.
        Int128.Abs(units) < Million ? (0, (long)units) : ((long)(units / Million), (long)(units % Million));

    /// <summary>A stored sum.</summary>
    public static Int128 Join(long millions, long below) => millions == 0 ? below : ((Int128)millions * Million) + below;
}
