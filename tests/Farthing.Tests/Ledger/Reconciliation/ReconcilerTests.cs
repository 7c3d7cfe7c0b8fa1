using System.Globalization;
using System.Text;
using CsCheck;
using Farthing.Ledger.Money;
using Farthing.Ledger.Posting;
using Farthing.Ledger.Reconciliation;
using static Farthing.Tests.Ledger.LedgerFixture;

namespace Farthing.Tests.Ledger.Reconciliation;

public abstract class ReconcilerTests(StoreKind kind) : IDisposable
{
    private const string Prices =
        """
        prices:
          - { id: in, resource: llm/openai/gpt-4o-mini, meter: input-tokens, unit: million-tokens, usd: "0.15", from: 2026-01-01 }
          - { id: cached, resource: llm/openai/gpt-4o-mini, meter: cached-input-tokens, unit: million-tokens, usd: "0.075", from: 2026-01-01 }
          - { id: out, resource: llm/openai/gpt-4o-mini, meter: output-tokens, unit: million-tokens, usd: "0.60", from: 2026-01-01 }
          - { id: haiku-in, resource: llm/anthropic/claude-haiku-4-5, meter: input-tokens, unit: million-tokens, usd: "1.00", from: 2026-01-01 }
          - { id: haiku-out, resource: llm/anthropic/claude-haiku-4-5, meter: output-tokens, unit: million-tokens, usd: "5.00", from: 2026-01-01 }
          - { id: puts, resource: storage/s3, meter: puts, unit: thousand-operations, usd: "0.005", from: 2026-01-01 }
          - { id: kept, resource: storage/s3, meter: stored-bytes, unit: gib-month, usd: "0.023", from: 2026-01-01 }
        fx:
          - { id: eur, currency: EUR, day: 2026-01-01, usd_per_unit: "1.25" }
          - { id: eur-last, currency: EUR, day: 2027-12-31, usd_per_unit: "1.2" }
        """;

    private const string OpenAiCost = "start_time,end_time,start_time_iso,end_time_iso,amount_value,amount_currency,quantity,quantity_unit,line_item,project_id\n";
    private const string OpenAiUsage = "start_time,end_time,start_time_iso,end_time_iso,project_id,num_model_requests,user_id,api_key_id,model,batch,service_tier,input_tokens,output_tokens,input_cached_tokens\n";
    private const string AnthropicUsage = "usage_date_utc,model_version,api_key,workspace,usage_type,context_window,usage_input_tokens_no_cache,usage_input_tokens_cache_write_5m,usage_input_tokens_cache_write_1h,usage_input_tokens_cache_read,usage_output_tokens,web_search_count,inference_geo,speed\n";
    private const string AnthropicCost = "usage_date_utc,model,workspace,api_key,usage_type,context_window,token_type,cost_usd,list_price_usd,cost_type,inference_geo,speed\n";
    private const string Aws2 = "identity_line_item_id,line_item_usage_start_date,line_item_line_item_type,line_item_product_code,line_item_usage_type,line_item_usage_amount,line_item_unblended_cost,line_item_currency_code,pricing_unit\n";
    private const string Aws1 = "identity/LineItemId,lineItem/UsageStartDate,lineItem/LineItemType,lineItem/ProductCode,lineItem/UsageType,lineItem/UsageAmount,lineItem/UnblendedCost,lineItem/CurrencyCode,pricing/unit\n";

    // Noon's day, 2026-03-04, in seconds.
    private const string Day = "1772582400,1772668800,2026-03-04T00:00:00+00:00,2026-03-05T00:00:00+00:00";
    private readonly LedgerFixture _ledger = new(Prices, kind);
    private int _facts;

    public void Dispose() => _ledger.Dispose();

    [Fact]
    public void An_openai_cost_export_agrees_to_the_last_unit()
    {
        Use("llm/openai/gpt-4o-mini", ("input-tokens", 1_000_001), ("cached-input-tokens", 30), ("output-tokens", 500));
        var found = Compare(OpenAiCost
            + $"{Day},0.15000015,usd,1000001,tokens,\"gpt-4o-mini-2024-07-18, input\",proj\n"
            + $"{Day},2.25E-06,usd,30.0,tokens,\"gpt-4o-mini-2024-07-18, cached input\",proj\n"
            + $"{Day},0.0003000000000000,usd,500,tokens,\"gpt-4o-mini-2024-07-18, output\",proj\n"
            + "1772668800,1772755200,2026-03-05T00:00:00+00:00,2026-03-06T00:00:00+00:00,,,,,,\n");
        Assert.Empty(found.Differences);
        Assert.Equal((3, 3, "0.1503024", "0.1503024", "USD"), (found.Agreed, found.Lines, found.InvoiceTotal, found.LedgerTotal, found.Currency));
    }

    [Theory]
    [InlineData("2026-03-07", null)]
    [InlineData(null, "2026-03-03")]
    [InlineData("2026-03-05", "2026-03-05")]
    public void Days_with_nothing_in_them_agree_about_nothing(string? from, string? to)
    {
        const string Invoice = "day,resource,meter,quantity\n2026-03-04,llm/openai/gpt-4o-mini,input-tokens,70\n2026-03-06,llm/openai/gpt-4o-mini,input-tokens,1\n";
        Use("llm/openai/gpt-4o-mini", ("input-tokens", 70));
        var scope = new ReconciliationScope { From = Day(from), To = Day(to) };
        var error = Assert.Throws<InvoiceException>(() => Compare(Invoice, scope));
        Assert.Contains("There is nothing to compare from ", error.Message, StringComparison.Ordinal);
        Assert.Contains("The invoice is of 2026-03-04 to 2026-03-06.", error.Message, StringComparison.Ordinal);
        Assert.Equal(1, Compare(Invoice, new ReconciliationScope { To = Day("2026-03-05") }).Agreed);

        static DateOnly? Day(string? text) => text is null ? null : DateOnly.Parse(text, CultureInfo.InvariantCulture);
    }

    [Fact]
    public void Each_difference_says_why()
    {
        Use("llm/openai/gpt-4o-mini", ("input-tokens", 1000), ("cached-input-tokens", 1000), ("output-tokens", 1000));
        var found = Compare(OpenAiCost
            + $"{Day},0.0003,usd,2000,tokens,\"gpt-4o-mini, input\",p\n"
            + $"{Day},0.08,usd,1000,tokens,\"gpt-4o-mini, cached input\",p\n"
            + $"{Day},0.02,usd,2,calls,web search tool calls,p\n");
        Assert.Equal(
            [
                ("llm/openai/gpt-4o-mini", "cached-input-tokens", DifferenceKind.Price, "0.079925"),
                ("llm/openai/gpt-4o-mini", "input-tokens", DifferenceKind.Quantity, "0.00015"),
                ("llm/openai/gpt-4o-mini", "output-tokens", DifferenceKind.MissingInInvoice, "-0.0006"),
                ("llm/openai/web search tool calls", "", DifferenceKind.MissingInLedger, "0.02"),
            ],
            found.Differences.Select(static each => (each.Key.Resource, each.Key.Meter, each.Kind, each.Worth)));
        Assert.Contains("0.00008 on the invoice and 0.000000075 in the ledger", found.Differences[0].Explanation, StringComparison.Ordinal);
        Assert.Contains("1000 more", found.Differences[1].Explanation, StringComparison.Ordinal);
    }

    [Fact]
    public void Quantities_alone_are_compared_where_an_export_has_no_money()
    {
        Use("llm/openai/gpt-4o-mini", ("input-tokens", 70), ("cached-input-tokens", 30), ("output-tokens", 5));
        var row = $"{Day},p,1,u,k,gpt-4o-mini-2024-07-18,false,default,100,5,30\n";
        Assert.Empty(Compare(OpenAiUsage + row + $"{Day},,,,,,,,,,\n").Differences);
        var found = Compare(OpenAiUsage + row + row);
        Assert.Equal([DifferenceKind.Quantity, DifferenceKind.Quantity, DifferenceKind.Quantity], found.Differences.Select(static each => each.Kind));
        Assert.Equal("", found.InvoiceTotal);

        Use("llm/anthropic/claude-haiku-4-5", ("input-tokens", 10), ("output-tokens", 4));
        found = Compare(AnthropicUsage + "2026-03-04,claude-haiku-4-5-20251001,k,w,standard,0-200k,10,0,7,0,4,0,global,\n");
        Assert.Equal([("cache-write-1h-tokens", DifferenceKind.MissingInLedger)], found.Differences.Select(static each => (each.Key.Meter, each.Kind)));
    }

    [Fact]
    public void Cache_writes_and_searches_that_are_booked_are_told_once()
    {
        Use("llm/anthropic/claude-haiku-4-5", ("input-tokens", 10), ("cached-input-tokens", 3), ("cache-write-tokens", 7), ("cache-write-1h-tokens", 8), ("output-tokens", 4), ("web-searches", 2));
        Assert.Empty(Compare(AnthropicUsage + "2026-03-04,claude-haiku-4-5-20251001,k,w,standard,0-200k,10,7,8,3,4,2,global,\n").Differences);

        (string, string)[] kinds =
        [
            ("input_no_cache", "token"), ("input_cache_read", "token"), ("input_cache_write_5m", "token"), ("input_cache_write_1h", "token"), ("output", "token"), ("", "web_search"),
        ];
        var found = Compare(AnthropicCost + string.Concat(kinds.Select(static each => $"2026-03-04,Claude Haiku 4.5,Default,key,message,≤ 200k,{each.Item1},0.05,0.05,{each.Item2},global,\n")));
        Assert.All(found.Differences, static each => Assert.Equal(DifferenceKind.Price, each.Kind));
    }

    [Fact]
    public void Sound_and_cache_writes_of_openai_are_told_once()
    {
        const string model = "llm/openai/gpt-4o-audio-preview";
        Use(model, ("input-tokens", 50), ("cached-input-tokens", 20), ("output-tokens", 5), ("input-audio-tokens", 9), ("output-audio-tokens", 6));
        const string old = "start_time,model,input_tokens,output_tokens,input_cached_tokens,input_audio_tokens,output_audio_tokens\n";
        Assert.Empty(Compare(old + "1772582400,gpt-4o-audio-preview-2024-12-17,70,5,20,9,6\n").Differences);

        // The newer columns: all kinds are in the sums, and so are writes, which the ledger has as input where they have no price.
        Use(model, ("cached-input-audio-tokens", 4), ("output-image-tokens", 3));
        const string all = "start_time,model,input_tokens,output_tokens,input_cached_tokens,input_cache_write_tokens,input_text_tokens,input_audio_tokens,input_cached_audio_tokens,output_audio_tokens,output_image_tokens\n";
        Assert.Empty(Compare(all + "1772582400,gpt-4o-audio-preview,83,14,24,8,42,9,4,6,3\n").Differences);
        var error = Assert.Throws<InvoiceException>(() => Compare(all + "1772582400,gpt-4o-audio-preview,83,14,24,8,42,90,4,6,3\n"));
        Assert.Contains("'input_audio_tokens' is more than is left of 'input_tokens'", error.Message, StringComparison.Ordinal);

        // With a price of their own they are booked by it.
        Use("llm/openai/gpt-6", ("input-tokens", 42), ("cache-write-tokens", 8));
        Assert.DoesNotContain(
            Compare(all + "1772582400,gpt-6,50,0,0,8,42,0,0,0,0\n").Differences, static each => each.Key.Resource == "llm/openai/gpt-6");
    }

    [Theory]
    [InlineData("input", "input-tokens")]
    [InlineData("cached text input", "cached-input-tokens")]
    [InlineData("audio input", "input-audio-tokens")]
    [InlineData("cached audio input", "cached-input-audio-tokens")]
    [InlineData("output audio", "output-audio-tokens")]
    [InlineData("image output", "output-image-tokens")]
    [InlineData("cache_write", "cache-write-tokens")]
    [InlineData("training", "training")]
    public void A_line_item_of_openai_is_the_meter_of_its_words(string kind, string meter)
    {
        Use("llm/openai/gpt-4o-mini", (meter == "training" ? "x-training" : meter, 5));
        var found = Compare(OpenAiCost + $"{Day},0.1,usd,5,tokens,\"gpt-4o-mini-2024-07-18, {kind}\",p\n");
        Assert.Contains(meter, found.Differences.Select(static each => each.Key.Meter));
        Assert.Equal(meter == "training", found.Differences.Any(static each => each.Kind == DifferenceKind.MissingInLedger));
    }

    [Fact]
    public void Cents_are_a_rounding_and_a_cent_more_is_a_price()
    {
        Use("llm/anthropic/claude-haiku-4-5", ("input-tokens", 1_234_000), ("output-tokens", 1_000));
        var found = Compare(AnthropicCost
            + "2026-03-04,Claude Haiku 4.5,Default,key,message,≤ 200k,input_no_cache,1.23,1.23,token,global,\n"
            + "2026-03-04,Claude Haiku 4.5,Default,key,message,≤ 200k,output,0.02,0.02,token,global,\n");
        Assert.Equal(
            [("input-tokens", DifferenceKind.Rounding, "-0.004"), ("output-tokens", DifferenceKind.Price, "0.015")],
            found.Differences.Select(static each => (each.Key.Meter, each.Kind, each.Worth)));
    }

    [Fact]
    public void Aws_reports_of_both_kinds_match_s3_and_name_the_rest()
    {
        Use("storage/s3", ("puts", 2000), ("stored-bytes", 3L << 29));
        const string rows =
            "a,2026-03-04T00:00:00Z,Usage,AmazonS3,EUC1-Requests-Tier1,2000,0.01,USD,Requests\n"
            + "b,2026-03-04T00:00:00Z,Usage,AmazonS3,EUC1-TimedStorage-ByteHrs,1.5,0.0345,USD,GB-Mo\n"
            + "c,2026-03-04T00:00:00Z,Tax,AmazonS3,,,0.02,USD,\n"
            + "d,2026-03-04T05:00:00Z,Usage,AmazonEC2,BoxUsage:p5.48xlarge,0.5,27.52,USD,Hrs\n";
        foreach (var header in (string[])[Aws1, Aws2])
        {
            var found = Compare(header + rows);
            Assert.Equal(2, found.Agreed);
            Assert.Equal(
                [("aws/AmazonEC2/BoxUsage:p5.48xlarge", "device-time", "1800000000", "27.52"), ("aws/Tax", "", "", "0.02")],
                found.Differences.Select(static each => (each.Key.Resource, each.Key.Meter, each.InvoiceQuantity, each.Worth)));
        }
    }

    [Fact]
    public void A_plain_invoice_covers_what_it_names_unless_told_otherwise()
    {
        Use("storage/s3", ("puts", 1000));
        Use("llm/openai/gpt-4o-mini", ("output-tokens", 1));
        const string plain = "day,resource,meter,quantity,amount,currency\n2026-03-04,storage/s3,puts,1000,0.004,EUR\n";
        var found = Compare(plain);
        Assert.Empty(found.Differences);
        Assert.Equal(("EUR", "0.004"), (found.Currency, found.LedgerTotal));
        found = Compare(plain, new ReconciliationScope { Only = "" });
        Assert.Equal([DifferenceKind.MissingInInvoice], found.Differences.Select(static each => each.Kind));
        Assert.Throws<InvoiceException>(() => Compare(plain, new ReconciliationScope { Provider = InvoiceProvider.Aws }));
    }

    [Fact]
    public void Lines_of_other_days_are_counted_with_what_they_charge()
    {
        Use("storage/s3", ("puts", 1000));
        const string Invoice = "day,resource,meter,quantity,amount\n2026-03-03,storage/s3,puts,1,0.5\n2026-03-04,storage/s3,puts,1000,0.005\n2026-03-06,storage/s3,puts,1,0.25\n2026-03-06,storage/s3,puts,1,0.25\n";
        var day = new DateOnly(2026, 3, 4);
        var found = Compare(Invoice, new ReconciliationScope { From = day, To = day });
        Assert.Empty(found.Differences);
        Assert.Equal((4, 3, "1", "0.005"), (found.Lines, found.OutsideLines, found.OutsideAmount, found.InvoiceTotal));
        Assert.Contains("\"outside_lines\":3,\"outside_amount\":\"1\"", ReconciliationJson.Write(found), StringComparison.Ordinal);
        Assert.Equal((0, ""), (Compare(Invoice) is var all ? (all.OutsideLines, all.OutsideAmount) : default));
        Assert.Equal((1, ""), (Compare("day,resource,meter,quantity\n2026-03-04,storage/s3,puts,1000\n2026-03-05,storage/s3,puts,1\n", new ReconciliationScope { To = day }) is var counted ? (counted.OutsideLines, counted.OutsideAmount) : default));
    }

    [Fact]
    public void Usage_without_a_price_is_a_difference_of_price()
    {
        Use("new/thing", ("requests", 5));
        var found = Compare("day,resource,meter,quantity,amount\n2026-03-04,new/thing,requests,5,1\n");
        Assert.Contains("have no price", Assert.Single(found.Differences).Explanation, StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_ledger_itself_says_agrees_and_the_worths_of_changes_sum_to_the_change() =>
        Gen.Select(Gen.Long[1, 5_000_000].Array[1, 12], Gen.Int[0, 11], Gen.Long[-3, 3], Gen.Long[-3, 3]).Sample((quantities, victim, more, dearer) =>
        {
            using var ledger = new LedgerFixture(Prices, kind);
            ledger.Post(quantities.Select((quantity, i) => Fact($"f{i}", "llm/openai/gpt-4o-mini", i % 2 == 0 ? "input-tokens" : "output-tokens", quantity, Noon.AddDays(i / 2))));
            var text = new StringBuilder("day,resource,meter,quantity,amount,currency\n");
            var changed = victim < quantities.Length && (more != 0 || dearer != 0) && quantities[victim] + more > 0;
            for (var i = 0; i < quantities.Length; i++)
            {
                var quantity = quantities[i] + (changed && i == victim ? more : 0);
                var amount = new Amount((quantities[i] * (i % 2 == 0 ? 150_000L : 600_000L)) + (changed && i == victim ? dearer : 0));
                text.Append(CultureInfo.InvariantCulture, $"{Noon.AddDays(i / 2):yyyy-MM-dd},llm/openai/gpt-4o-mini,{(i % 2 == 0 ? "input" : "output")}-tokens,{quantity},{amount.ToExactString()},USD\n");
            }

            var found = Compare(ledger, text.ToString());
            Assert.Equal(changed, found.Differences.Count > 0);
            Assert.All(found.Differences, each => Assert.Equal(Noon.UtcDateTime.AddDays(victim / 2).Day, each.Key.Day.Day));
            var worth = found.Differences.Aggregate(Fraction.Zero, static (sum, each) => sum + Number(each.Worth));
            Assert.Equal(Number(found.InvoiceTotal) - Number(found.LedgerTotal), worth);
        }, iter: 40);

    [Fact]
    public void Every_form_is_safe_to_open()
    {
        var found = Compare("day,resource,meter,quantity\n2026-03-04,\"=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\",@m,5\n");
        Assert.Contains("\"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\",\"'@m\",missing_in_ledger,5,,,,,USD,", ReconciliationCsv.Write(found), StringComparison.Ordinal);
        Assert.Contains("\"difference\":\"missing_in_ledger\"", ReconciliationJson.Write(found), StringComparison.Ordinal);
    }

    private static Fraction Number(string text)
    {
        Assert.True(InvoiceNumber.TryParse(text, out var value, out _), text);
        return value;
    }

    private static UsageFact Fact(string id, string resource, string meter, long quantity, DateTimeOffset at) => new()
    {
        Id = id,
        At = at,
        RunId = "run-1",
        Stage = Stage.Caption,
        Resource = resource,
        Meter = meter,
        Quantity = quantity,
    };

    private void Use(string resource, params (string Meter, long Quantity)[] used) =>
        _ledger.Post(used.Select(each => Fact($"f{_facts++}", resource, each.Meter, each.Quantity, Noon)));

    private Farthing.Ledger.Reconciliation.Reconciliation Compare(string invoice, ReconciliationScope? scope = null) => Compare(_ledger, invoice, scope);

    private static Farthing.Ledger.Reconciliation.Reconciliation Compare(LedgerFixture ledger, string invoice, ReconciliationScope? scope = null) =>
        new Reconciler(ledger.File).Compare("invoice.csv", new MemoryStream(Encoding.UTF8.GetBytes(invoice)), scope ?? new ReconciliationScope());
}

public sealed class ReconcilerOnSqliteTests() : ReconcilerTests(StoreKind.Sqlite);

public sealed class ReconcilerOnPostgresTests() : ReconcilerTests(StoreKind.Postgres);
