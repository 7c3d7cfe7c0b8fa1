using System.Globalization;
using System.Text;
using System.Text.Json;
using CsCheck;
using CsvHelper;
using Farthing.Ledger.Export;
using Farthing.Ledger.Money;
using Farthing.Ledger.Posting;
using Farthing.Ledger.Prices;
using Farthing.Ledger.Prices.Rerating;
using Farthing.Ledger.Reports;
using Farthing.Ledger.Storage;
using Microsoft.Extensions.Time.Testing;
using Parquet;
using static Farthing.Tests.Ledger.LedgerFixture;

namespace Farthing.Tests.Ledger.Export;

public abstract class FocusExportTests : IDisposable
{
    private const string Prices =
        """
        prices:
          - { id: gpu-1, resource: gpu/h100-sxm/runpod, meter: device-time, unit: gpu-hour, usd: "2.69", from: 2026-01-01 }
          - { id: cpu-1, resource: cpu, meter: device-time, unit: core-hour, usd: "0.048", from: 2026-01-01 }
          - { id: in-1, resource: llm/openai/gpt-4o-mini, meter: input-tokens, unit: million-tokens, usd: "0.15", from: 2026-01-01 }
          - { id: cached-1, resource: llm/openai/gpt-4o-mini, meter: cached-input-tokens, unit: million-tokens, usd: "0.075", from: 2026-01-01 }
          - { id: out-1, resource: llm/openai/gpt-4o-mini, meter: output-tokens, unit: million-tokens, usd: "0.60", from: 2026-01-01 }
          - { id: puts-1, resource: storage/s3, meter: puts, unit: thousand-operations, usd: "0.005", from: 2026-01-01 }
          - { id: kept-1, resource: storage/s3, meter: stored-bytes, unit: gib-month, usd: "0.023", from: 2026-01-01 }
          - { id: gets-1, resource: cache/redis, meter: gets, unit: million-operations, usd: "1", from: 2026-01-01 }
        fx:
          - { id: eur-1, currency: EUR, day: 2026-01-01, usd_per_unit: "1.0832" }
          - { id: eur-last, currency: EUR, day: 2027-12-31, usd_per_unit: "1.2" }
        """;

    private static readonly Lease Gpu = new("lease-g", "run-1", "host", "gpu/h100-sxm/runpod", 1, Noon);
    private readonly StoreKind _kind;
    private readonly LedgerFixture _ledger;

    protected FocusExportTests(StoreKind kind)
    {
        _kind = kind;
        _ledger = new LedgerFixture(Prices, kind);
        _ledger.Open(Gpu);
        _ledger.Attempt("r1", AttemptOutcome.Delivered, "spring,=evil");
        _ledger.Attempt("r2", AttemptOutcome.Failed);
        _ledger.Attempt("r3", AttemptOutcome.Delivered);
        _ledger.Post(BatchSplit.Facts(Gpu, "b1", Stage.Denoise, Noon, new DeviceTime(1_000_003),
        [
            new BatchMember("r1", 1, 25, 16_384, 2, TagSet.Parse("spring,=evil")),
            new BatchMember("r2", 1, 25, 16_384, 1, TagSet.None),
            new BatchMember("r3", 1, 20, 16_384, 2, TagSet.None),
        ]));
        _ledger.Post(
            Of("in", "llm/openai/gpt-4o-mini", "input-tokens", 1234),
            Of("cached", "llm/openai/gpt-4o-mini", "cached-input-tokens", 55),
            Of("out", "llm/openai/gpt-4o-mini", "output-tokens", 99),
            Of("puts", "storage/s3", "puts", 1),
            Of("kept", "storage/s3", "stored-bytes", 3_000_000),
            Of("gets", "cache/redis", "gets", 1),
            Of("unpriced", "other/thing", "requests", 1));
        _ledger.Close(Gpu, 1_500_000, 300_000, Noon.AddHours(1));
    }

    public void Dispose() => _ledger.Dispose();

    [Theory]
    [InlineData(Currency.Usd)]
    [InlineData(Currency.Eur)]
    public async Task The_export_breaks_no_rule_and_sums_to_the_ledger(Currency currency)
    {
        var (header, rows, done) = await Csv(currency);
        Assert.Empty(FocusRules.Broken(header, rows));
        var report = _ledger.Reports.Build(new ReportQuery { Currency = currency });
        Assert.Equal((report.Total, 1), (done.Billed, done.Unpriced));
        Assert.Equal(report.Total.Units, Units(rows.Select(static row => row["BilledCost"])));
        Assert.Equal(currency.Code(), rows[0]["BillingCurrency"]);
        Assert.Equal("USD", rows[0]["PricingCurrency"]);
        Assert.Equal(_ledger.Reports.Build(new ReportQuery()).Total.Units, Units(rows.Select(static row => row["PricingCurrencyEffectiveCost"])));
    }

    [Fact]
    public async Task A_batch_is_split_into_ratios_that_sum_to_one_and_costs_that_sum_to_its_own()
    {
        var (_, all, _) = await Csv();
        var rows = all.Where(static row => row["AllocatedMethodId"] is not null).ToList();
        Assert.Equal(["r1/1", "r2/1", "r3/1"], rows.Select(static row => row["AllocatedResourceId"]));
        Assert.All(rows, static row => Assert.Equal((BatchSplit.Method, "lease-g"), (row["AllocatedMethodId"], row["ResourceId"])));
        var elements = rows.Select(static row => JsonDocument.Parse(row["AllocatedMethodDetails"]!).RootElement.GetProperty("Elements")[0]).ToList();
        Assert.Equal(1m, elements.Sum(static element => element.GetProperty("AllocatedRatio").GetDecimal()));
        Assert.Equal([819_200, 409_600, 655_360], elements.Select(static element => element.GetProperty("UsageQuantity").GetInt64()));
        Assert.Equal(1.000003m, rows.Sum(static row => decimal.Parse(row["ConsumedQuantity"]!, CultureInfo.InvariantCulture)));
        var entries = _ledger.Entries().Where(static entry => entry.Account == "expense:unet").Aggregate(Int128.Zero, static (sum, entry) => sum + entry.Amount);
        Assert.Equal(entries, Units(rows.Select(static row => row["BilledCost"])));
        Assert.Equal("{\"=evil\":true,\"spring\":true}", rows[0]["AllocatedTags"]);
        Assert.Equal(["delivered", "failed", "delivered"], rows.Select(static row => row["x_Outcome"]));
    }

    [Fact]
    public async Task Each_kind_of_use_has_its_service_its_units_and_its_price()
    {
        var (_, rows, _) = await Csv();
        Assert.Equal(
            [
                "Compute|Virtual Machines|GPU h100-sxm|runpod|GPU-Seconds|GPU-Hours|gpu-1|{\"GpuCount\":1,\"InstanceType\":\"h100-sxm\"}|",
                "AI and Machine Learning|Generative AI|gpt-4o-mini|OpenAI|Tokens|1000000 Tokens|in-1||input",
                "AI and Machine Learning|Generative AI|gpt-4o-mini|OpenAI|Tokens|1000000 Tokens|cached-1||cached_input",
                "AI and Machine Learning|Generative AI|gpt-4o-mini|OpenAI|Tokens|1000000 Tokens|out-1||output",
                "Storage|Object Storage|s3|AWS|Requests|1000 Requests|puts-1||",
                "Storage|Object Storage|s3|AWS|B-Months|GiB-Months|kept-1||",
                "Databases|Caching|redis|Farthing|Requests|1000000 Requests|gets-1||",
            ],
            rows.Where(static row => row["ChargeCategory"] == "Usage").Select(static row => string.Join('|', new[]
            {
                row["ServiceCategory"], row["ServiceSubcategory"], row["ServiceName"], row["ServiceProviderName"], row["ConsumedUnit"],
                row["PricingUnit"], row["SkuPriceId"], row["SkuPriceDetails"], row["x_TokenType"],
            })).Distinct());
        Assert.Equal("0.001234", rows.Single(static row => row["x_TokenType"] == "input")["PricingQuantity"]);
        Assert.Equal(("2026-03-04T12:00:00Z", "2026-04-01T00:00:00Z"), (rows[0]["ChargePeriodStart"], rows[0]["BillingPeriodEnd"]));
        Assert.Equal(["idle", "lost"], rows.Where(static row => row["x_RenderId"] is null && row["ChargeCategory"] == "Usage").Select(static row => row["x_Stage"]).Distinct().Order());
    }

    [Theory]
    [InlineData("BilledCost", null, "BilledCost MUST NOT be null")]
    [InlineData("BilledCost", "1e-5", "BilledCost MUST conform to NumericFormat")]
    [InlineData("ListCost", "+1", "ListCost MUST conform to NumericFormat")]
    [InlineData("ListCost", "5", "ListCost MUST equal the product")]
    [InlineData("ContractedCost", "5", "ContractedCost MUST equal ListCost")]
    [InlineData("ChargePeriodStart", "2026-03-04 12:00:00", "ChargePeriodStart MUST conform to DateTimeFormat")]
    [InlineData("ChargePeriodEnd", "2026-03-04T11:00:00Z", "exclusive")]
    [InlineData("ChargePeriodEnd", "2026-05-04T11:00:00Z", "in its billing period")]
    [InlineData("BillingCurrency", "euro", "ISO 4217")]
    [InlineData("ChargeCategory", "Gift", "ChargeCategory MUST be one of")]
    [InlineData("ChargeCategory", "Tax", "ConsumedQuantity MUST")]
    [InlineData("ChargeClass", "Refund", "ChargeClass MUST be")]
    [InlineData("ChargeClass", "Correction", "ChargeClass MUST be null for what corrects no")]
    [InlineData("ServiceCategory", "Pictures", "ServiceCategory MUST be one of")]
    [InlineData("ServiceSubcategory", "Object Storage", "MUST have the ServiceCategory")]
    [InlineData("PricingUnit", null, "exactly when its quantity")]
    [InlineData("PricingUnit", "gpu hours", "UnitFormat")]
    [InlineData("PricingQuantity", null, "MUST NOT be null for usage")]
    [InlineData("SkuPriceId", null, "MUST be null when SkuPriceId is null")]
    [InlineData("ListUnitPrice", "-2.69", "non-negative")]
    [InlineData("AllocatedResourceId", null, "exactly when AllocatedMethodId is")]
    [InlineData("AllocatedMethodDetails", "{}", "MUST have Elements")]
    [InlineData("Tags", "[1]", "KeyValueFormat")]
    public async Task A_broken_rule_is_found(string column, string? value, string rule)
    {
        var (header, rows, _) = await Csv();
        var row = rows[0].ToDictionary();
        row[column] = value;
        Assert.Contains(FocusRules.Broken(header, [row]), broken => broken.Contains(rule, StringComparison.Ordinal));
        Assert.Contains("BilledCost MUST be present", FocusRules.Broken([.. header.Except(["BilledCost"])], []));
    }

    [Fact]
    public async Task What_is_priced_while_it_runs_is_left_for_the_next()
    {
        _ledger.Post(Of("late", "other/thing", "requests", 1));
        var before = _ledger.Reports.Build(new ReportQuery()).Total;
        var book = Prices.Replace("resource: cache/redis, meter: gets, unit: million-operations", "resource: other/thing, meter: requests, unit: operation", StringComparison.Ordinal).Replace("gets-1", "other-1", StringComparison.Ordinal);
        using var stream = new Interrupted(() => new Rerater(_ledger.File, PriceBook.Parse(book), new FakeTimeProvider(Noon.AddDays(40))).Run(Noon.AddDays(-1), Noon.AddDays(1), "", apply: true));

        var done = await Export(stream, FocusFileType.Csv);

        Assert.Equal((before, 2), (done.Billed, done.Unpriced));
        Assert.Equal(0, (await Csv()).Done.Unpriced);
    }

    [Fact]
    public async Task A_charge_without_a_rate_leaves_nothing_written()
    {
        _ledger.Post(Of("far", "storage/s3", "puts", 1) with { At = new DateTimeOffset(2028, 2, 1, 0, 0, 0, TimeSpan.Zero) });
        using var stream = new MemoryStream();

        var fault = await Assert.ThrowsAsync<LedgerException>(() =>
            new FocusExport(_ledger.File).WriteAsync(new ReportQuery { Currency = Currency.Eur }, new FocusIdentity(), stream, FocusFileType.Csv, TestContext.Current.CancellationToken));

        Assert.Contains("1 of 2028-02-01", fault.Message, StringComparison.Ordinal);
        Assert.Equal(0, stream.Length);
    }

    [Fact]
    public async Task What_was_re_rated_after_the_invoice_is_a_correction_of_its_month_and_nothing_else_is()
    {
        // Noon is in March; the invoice came on the second of April, and prices were corrected after it.
        var book = Prices.Replace("gpu-1", "gpu-2", StringComparison.Ordinal).Replace("2.69", "2.79", StringComparison.Ordinal)
            .Replace("resource: cache/redis, meter: gets, unit: million-operations", "resource: other/thing, meter: requests, unit: operation", StringComparison.Ordinal).Replace("gets-1", "other-1", StringComparison.Ordinal);
        var done = new Rerater(_ledger.File, PriceBook.Parse(book), new FakeTimeProvider(Noon.AddDays(40))).Run(Noon.AddDays(-1), Noon.AddDays(1), "", apply: true);
        Assert.NotNull(done.Number);
        var (header, plain, _) = await Csv();
        Assert.All(plain, static row => Assert.Null(row["ChargeClass"]));

        var (_, rows, _) = await Csv(_ledger, Currency.Usd, new DateOnly(2026, 4, 2));
        Assert.Empty(FocusRules.Broken(header, rows, "2026-04-02T00:00:00Z"));
        var corrections = rows.Where(static row => row["ChargeClass"] == "Correction").ToList();

        // Three shares, idle and lost time back and forth, the rounding of the lease again, and a first price.
        Assert.Equal((5, 5), (corrections.Count(static row => row["BilledCost"] is ['-', ..] && row["ChargeCategory"] == "Usage"), corrections.Count(static row => row["SkuPriceId"] == "gpu-2")));
        Assert.Single(corrections, static row => row["SkuPriceId"] == "other-1");
        Assert.All(corrections, static row => Assert.Equal("2026-04-01T00:00:00Z", row["BillingPeriodEnd"]));

        // Corrected before the invoice, or in a month that had not ended by then: no correction of an invoice.
        foreach (var day in new[] { new DateOnly(2026, 3, 20), new DateOnly(2026, 4, 30) })
        {
            Assert.All((await Csv(_ledger, Currency.Usd, day)).Rows, static row => Assert.Null(row["ChargeClass"]));
        }
    }

    [Fact]
    public async Task Parquet_holds_the_same_as_csv()
    {
        var (header, rows, _) = await Csv();
        using var stream = new MemoryStream();
        await Export(stream, FocusFileType.Parquet);
        stream.Position = 0;
        await using var reader = await ParquetReader.CreateAsync(stream, cancellationToken: TestContext.Current.CancellationToken);
        var fields = reader.Schema.GetDataFields();
        Assert.Equal(header, fields.Select(static field => field.Name));
        using var group = reader.OpenRowGroupReader(0);
        Assert.Equal(rows.Count, group.RowCount);
        var costs = new decimal[rows.Count];
        await group.ReadAsync<decimal>(fields.Single(static field => field.Name == "BilledCost"), costs.AsMemory(), cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(rows.Select(static row => decimal.Parse(row["BilledCost"]!, CultureInfo.InvariantCulture)), costs);
        var quantities = new decimal?[rows.Count];
        await group.ReadAsync(fields.Single(static field => field.Name == "PricingQuantity"), quantities.AsMemory(), cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(rows.Select(static row => row["PricingQuantity"] is { } text ? decimal.Parse(text, CultureInfo.InvariantCulture) : (decimal?)null), quantities);
        var units = new string?[rows.Count];
        await group.ReadAsync(fields.Single(static field => field.Name == "PricingUnit"), units.AsMemory()!, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(rows.Select(static row => row["PricingUnit"]), units);
        var starts = new DateTime[rows.Count];
        await group.ReadAsync<DateTime>(fields.Single(static field => field.Name == "ChargePeriodStart"), starts.AsMemory(), cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(Noon.UtcDateTime, starts[0].ToUniversalTime());
    }

    [Fact]
    public async Task A_text_that_a_spreadsheet_would_run_is_made_harmless()
    {
        using var stream = new MemoryStream();
        await new FocusExport(_ledger.File).WriteAsync(
            new ReportQuery(), new FocusIdentity { Issuer = "=cmd|' /C calc'!A0", AccountName = "a \"b\", c" }, stream, FocusFileType.Csv, TestContext.Current.CancellationToken);
        var line = Encoding.UTF8.GetString(stream.ToArray()).Split("\r\n")[1];
        Assert.Contains(",\"'=cmd|' /C calc'!A0\",", line, StringComparison.Ordinal);
        Assert.Contains(",\"a \"\"b\"\", c\",", line, StringComparison.Ordinal);
    }

    [Fact]
    public Task Any_batch_breaks_no_rule() => Gen.Select(Gen.Long[0, 100_000_000], Gen.Int[0, 30].Array[1, 9]).SampleAsync(async (time, steps) =>
    {
        using var ledger = new LedgerFixture(Prices, _kind);
        ledger.Open(Gpu);
        ledger.Post(BatchSplit.Facts(Gpu, "b", Stage.Denoise, Noon, new DeviceTime(time), [.. steps.Select((count, i) => new BatchMember($"r{i}", 1, count, 16_384, 2, TagSet.None))]));
        var (header, rows, _) = await Csv(ledger, Currency.Eur);
        Assert.Empty(FocusRules.Broken(header, rows));
        Assert.Equal(1m, rows.Sum(static row => JsonDocument.Parse(row["AllocatedMethodDetails"]!).RootElement.GetProperty("Elements")[0].GetProperty("AllocatedRatio").GetDecimal()));
    }, iter: 20);

    private static UsageFact Of(string id, string resource, string meter, long quantity) => new()
    {
        Id = id,
        At = Noon,
        RunId = "run-1",
        RenderId = "r1",
        Attempt = 1,
        Stage = Stage.FinishAndStore,
        Resource = resource,
        Meter = meter,
        Quantity = quantity,
    };

    private static Int128 Units(IEnumerable<string?> costs) => costs.Aggregate(Int128.Zero, static (sum, cost) => sum + Amount.Parse(cost!).Units);

    private Task<FocusSummary> Export(Stream stream, FocusFileType type) =>
        new FocusExport(_ledger.File).WriteAsync(new ReportQuery(), new FocusIdentity(), stream, type, TestContext.Current.CancellationToken);

    private Task<(IReadOnlyList<string> Header, List<IReadOnlyDictionary<string, string?>> Rows, FocusSummary Done)> Csv(Currency currency = Currency.Usd) => Csv(_ledger, currency);

    private static async Task<(IReadOnlyList<string> Header, List<IReadOnlyDictionary<string, string?>> Rows, FocusSummary Done)> Csv(LedgerFixture ledger, Currency currency, DateOnly? invoiced = null)
    {
        using var stream = new MemoryStream();
        var done = await new FocusExport(ledger.File).WriteAsync(new ReportQuery { Currency = currency }, new FocusIdentity { Invoiced = invoiced }, stream, FocusFileType.Csv);
        using var csv = new CsvParser(new StringReader(Encoding.UTF8.GetString(stream.ToArray())), CultureInfo.InvariantCulture);
        Assert.True(csv.Read());
        var header = csv.Record!;
        var rows = new List<IReadOnlyDictionary<string, string?>>();
        while (csv.Read())
        {
            rows.Add(header.Zip(csv.Record!).ToDictionary(static cell => cell.First, static cell => cell.Second.Length == 0 ? null : (string?)cell.Second));
        }

        return (header, rows, done);
    }

    /// <summary>Does something when the first bytes come.</summary>
    private sealed class Interrupted(Action work) : MemoryStream
    {
        private Action? _work = work;

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Interlocked.Exchange(ref _work, null)?.Invoke();
            return base.WriteAsync(buffer, cancellationToken);
        }
    }
}

public sealed class FocusExportOnSqliteTests() : FocusExportTests(StoreKind.Sqlite);

public sealed class FocusExportOnPostgresTests() : FocusExportTests(StoreKind.Postgres);
