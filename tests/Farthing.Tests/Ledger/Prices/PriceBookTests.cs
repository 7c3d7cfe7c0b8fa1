using CsCheck;
using Farthing.Ledger.Money;
using Farthing.Ledger.Prices;

namespace Farthing.Tests.Ledger.Prices;

public sealed class PriceBookTests
{
    private static DateTimeOffset July { get; } = new(2026, 7, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void The_default_book_prices_what_the_renderer_uses()
    {
        var book = PriceBook.Default();
        Assert.Equal(Amount.Parse("0.048"), book.Find("cpu", Meters.DeviceTime, July)!.Price(3_600_000_000));
        Assert.Equal(Amount.Parse("0.000005"), book.Find("storage/folder", Meters.Puts, July)!.Price(1));
        Assert.Equal(Amount.Parse("0.023"), book.Find("storage/folder", Meters.StoredBytes, July)!.Price(1_000_000_000));
        Assert.Equal(Amount.Parse("0.00000015"), book.Find("llm/openai/gpt-4o-mini", Meters.InputTokens, July)!.Price(1));
        Assert.Equal(Amount.Zero, book.Find("llm/template", Meters.Requests, July)!.Price(1));
    }

    [Fact]
    public void What_has_no_price_is_not_free()
    {
        var book = PriceBook.Default();
        Assert.Null(book.Find("llm/unheard-of", Meters.InputTokens, July));
        Assert.Null(book.Find("cpu", Meters.DeviceTime, new DateTimeOffset(2025, 12, 31, 23, 59, 59, TimeSpan.Zero)));
    }

    [Fact]
    public void The_end_of_a_period_is_the_start_of_the_next()
    {
        var book = PriceBook.Parse(LedgerFixture.PriceYaml);
        Assert.Equal("cpu-1", book.Find("cpu", Meters.DeviceTime, July.AddTicks(-1))!.Id);
        Assert.Equal("cpu-2", book.Find("cpu", Meters.DeviceTime, July)!.Id);
    }

    [Fact]
    public void A_day_without_a_rate_takes_the_last_one()
    {
        var book = PriceBook.Parse(LedgerFixture.PriceYaml);
        Assert.Equal("eur-2", book.FindRate(Currency.Eur, new DateOnly(2026, 3, 8))!.Id);
        Assert.Equal("eur-1", book.FindRate(Currency.Eur, new DateOnly(2026, 3, 5))!.Id);
        Assert.Null(book.FindRate(Currency.Eur, new DateOnly(2025, 12, 31)));
    }

    [Fact]
    public void A_price_is_exact_and_then_rounded_half_to_even() =>
        Gen.Long[0, 1L << 50].Sample(quantity =>
        {
            // 0.048 USD per 3.6e9 base units is 40/3 units of 1e-12 USD each.
            var expected = HalfEven.Divide((Int128)quantity * 40, 3);
            var price = PriceBook.Parse(LedgerFixture.PriceYaml).Prices[0];
            Assert.Equal(expected, price.Price(quantity).Units);
        }, iter: 200);

    [Fact]
    public void An_amount_that_does_not_fit_is_an_error()
    {
        var price = PriceBook.Parse(LedgerFixture.PriceYaml).Prices[2];
        Assert.Throws<OverflowException>(() => price.Price(long.MaxValue));
    }

    [Fact]
    public void Reports_all_errors_at_once_with_their_lines()
    {
        const string Bad =
            """
            prices:
              - { id: a, resource: cpu, meter: device-time, unit: core-hour, usd: "0.1", from: 2026-01-01 }
              - { id: b, resource: cpu, meter: device-time, unit: core-hour, usd: "0.2", from: 2026-05-01 }
              - { id: a, resource: x, meter: puts, unit: operation, usd: "1", from: 2026-01-01 }
              - { id: c, resource: x, meter: gets, unit: furlong, usd: "1", from: 2026-01-01 }
              - { id: d, resource: x, meter: gets, unit: core-hour, usd: "-1", from: 2026-02-30 }
              - { id: e, resource: x, meter: smell, unit: operation, usd: "1e3", from: 2026-01-01, colour: red }
              - { id: f, resource: y, meter: puts, unit: operation, usd: "1", from: 2026-02-01, to: 2026-01-01 }
              - { resource: z }
            fx:
              - { id: r, currency: EUR, day: 2026-01-01, usd_per_unit: "0" }
              - { id: s, currency: GBP, day: tomorrow, usd_per_unit: "1.1" }
            other: 1
            """;
        var errors = Assert.Throws<PriceBookException>(() => PriceBook.Parse(Bad)).Errors;
        Assert.Equal(
            [3L, 4, 5, 6, 6, 6, 7, 7, 7, 8, 9, 9, 9, 9, 9, 11, 12, 12, 13],
            errors.Select(error => error.Line));
        Assert.Contains("overlaps 'a' on line 2", errors[0].Message, StringComparison.Ordinal);
        Assert.Contains("already used on line 2", errors[1].Message, StringComparison.Ordinal);
        Assert.Contains("furlong", errors[2].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_period_inside_a_longer_one_overlaps_even_when_another_lies_between()
    {
        const string Nested =
            """
            prices:
              - { id: a, resource: cpu, meter: device-time, unit: core-hour, usd: "1", from: 2026-01-01, to: 2026-12-01 }
              - { id: b, resource: cpu, meter: device-time, unit: core-hour, usd: "1", from: 2026-02-01, to: 2026-03-01 }
              - { id: c, resource: cpu, meter: device-time, unit: core-hour, usd: "1", from: 2026-04-01 }
            """;
        Assert.Equal([3L, 4], Assert.Throws<PriceBookException>(() => PriceBook.Parse(Nested)).Errors.Select(error => error.Line));
    }

    [Theory]
    [InlineData("")]
    [InlineData("- 1")]
    [InlineData("prices: [")]
    [InlineData("prices: 3")]
    [InlineData("prices: [7, [x], { [a]: b }]")]
    [InlineData("a: &x [1]\nb: *x")]
    [InlineData("--- 1\n--- 2")]
    [InlineData("prices:\n\t- x")]
    [InlineData("prices: []\nprices: []")]
    public void Bad_yaml_is_an_error_and_no_crash(string yaml) =>
        Assert.NotEmpty(Assert.Throws<PriceBookException>(() => PriceBook.Parse(yaml)).Errors);

    [Fact]
    public void Bottomless_yaml_is_an_error_and_no_crash() =>
        Assert.Throws<PriceBookException>(() => PriceBook.Parse(new string('[', 100_000)));

    [Fact]
    public void Mutated_books_never_crash() =>
        Gen.Select(Gen.Int[0, LedgerFixture.PriceYaml.Length - 1], Gen.Char[' ', '~'], Gen.Int[0, 3]).Array[1, 6].Sample(edits =>
        {
            var text = LedgerFixture.PriceYaml;
            foreach (var (place, letter, kind) in edits)
            {
                var at = Math.Min(place, text.Length - 1);
                text = kind switch
                {
                    0 => text.Remove(at, 1),
                    1 => text.Insert(at, letter.ToString()),
                    _ => string.Concat(text.AsSpan(0, at), [letter], text.AsSpan(at + 1)),
                };
            }

            try
            {
                PriceBook.Parse(text);
            }
            catch (PriceBookException error)
            {
                Assert.NotEmpty(error.Errors);
            }
        }, iter: 2000);
}
