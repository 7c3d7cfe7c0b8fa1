using System.Numerics;

namespace Farthing.Tests.Ledger.Simulation;

/// <summary>A charge that counts, as the model has it.</summary>
internal sealed class ModelCharge
{
    public required string Id { get; init; }

    public required string Run { get; init; }

    public required string Resource { get; init; }

    public required long Quantity { get; init; }

    public required DateTimeOffset At { get; init; }

    public string? Lease { get; init; }

    public bool IsIdle { get; init; }

    public bool IsLost { get; init; }

    /// <summary>Which price it has: the number of the book, and which of the book's periods; null for none.</summary>
    public (int Book, int Period)? Price { get; set; }
}

/// <summary>Prices in plain code: what each book asks for a unit, as a fraction of 10⁻¹² USD.</summary>
internal static class ModelPrices
{
    public const string Cpu = "cpu";
    public const string Puts = "storage/folder";

    /// <summary>Has a price from the third book on.</summary>
    public const string Unknown = "s3";

    /// <summary>Puts cost more from this day on, in every book.</summary>
    public static readonly DateTimeOffset Change = LedgerFixture.Noon.AddDays(3);

    public static (int, int)? Find(int book, string resource, DateTimeOffset at) => resource switch
    {
        Unknown when book < 2 => null,
        Puts when at >= Change => (book, 1),
        _ => (book, 0),
    };

    /// <summary>Quantity × price, rounded half to even.</summary>
    public static BigInteger Price(string resource, BigInteger quantity, (int Book, int Period) price)
    {
        var (numerator, denominator) = Fraction(resource, price);
        var product = BigInteger.Abs(quantity) * numerator;
        var whole = BigInteger.DivRem(product, denominator, out var rest);
        var twice = rest * 2;
        var rounded = twice > denominator || (twice == denominator && !whole.IsEven) ? whole + 1 : whole;
        return quantity.Sign < 0 ? -rounded : rounded;
    }

    public static string Yaml(int book) =>
        $$"""
        prices:
          - { id: cpu-b{{book}}, resource: cpu, meter: device-time, unit: core-hour, usd: "0.0{{48 + book}}1", from: 2026-01-01 }
          - { id: puts-b{{book}}-0, resource: storage/folder, meter: puts, unit: thousand-operations, usd: "0.00{{5 + book}}3", from: 2026-01-01, to: "{{Change:yyyy-MM-ddTHH:mm:ssZ}}" }
          - { id: puts-b{{book}}-1, resource: storage/folder, meter: puts, unit: thousand-operations, usd: "0.00{{5 + book}}7", from: "{{Change:yyyy-MM-ddTHH:mm:ssZ}}" }
          {{(book < 2 ? "" : $"- {{ id: s3-b{book}, resource: s3, meter: puts, unit: million-operations, usd: \"0.{book}11\", from: 2026-01-01 }}")}}
        fx:
          - { id: eur-1, currency: EUR, day: 2026-01-01, usd_per_unit: "1.0832" }
        """;

    private static (BigInteger Numerator, BigInteger Denominator) Fraction(string resource, (int Book, int Period) price) => resource switch
    {
        // "0.0481" is 481 of 10⁻⁴ dollars an hour of 3.6·10⁹ µs.
        Cpu => ((((48 + price.Book) * 10) + 1) * Ten(8), 3_600_000_000),
        Puts => ((((5 + price.Book) * 10) + (price.Period == 0 ? 3 : 7)) * Ten(8), 1_000),
        _ => (((price.Book * 100) + 11) * Ten(9), 1_000_000),
    };

    private static BigInteger Ten(int power) => BigInteger.Pow(10, power);
}
