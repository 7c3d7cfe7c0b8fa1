using System.Text.Json;
using Farthing.Ledger.Money;
using Farthing.Ledger.Posting;
using Farthing.Ledger.Reports;
using static Farthing.Tests.Ledger.LedgerFixture;

namespace Farthing.Tests.Ledger.Reports;

public sealed class ReportFormatsTests : IDisposable
{
    private readonly LedgerFixture _ledger = new();

    public ReportFormatsTests()
    {
        _ledger.Open(Cpu);
        _ledger.Attempt("r1", AttemptOutcome.Delivered);
        _ledger.Post(Work("a", Stage.Denoise, 300, tags: "=x"), Work("b", Stage.Vae, 600), Put("p"));
    }

    public void Dispose() => _ledger.Dispose();

    [Theory]
    [InlineData("🙂 crème", "🙂 crème")]
    [InlineData("\u202eevil", "?evil")]
    [InlineData("a\u2066b\u2069", "a?b?")]
    [InlineData("a\nb", "a?b")]
    [InlineData("👩\u200d🎨", "👩\u200d🎨")]
    [InlineData("مرحبا", "مرحبا")]
    public void A_name_is_shown_as_it_is_but_for_what_would_turn_its_line(string name, string shown) => Assert.Equal(shown, ShownName.Of(name));

    [Fact]
    public void Json_has_the_agreed_shape()
    {
        var json = ReportJson.Write(_ledger.Reports.Build(new ReportQuery { Basis = CostBasis.Marginal }));
        using var document = JsonDocument.Parse(json);
        var root = document.RootElement;
        Assert.Equal(
            ["stages", "total", "delivered", "failed", "lost", "currency"], root.EnumerateObject().Take(6).Select(property => property.Name));
        var stages = root.GetProperty("stages").EnumerateArray().ToList();
        Assert.Equal(["caption", "text_encoders", "unet", "vae", "finish"], stages.Select(stage => stage.GetProperty("stage").GetString()));
        Assert.Equal(
            ["stage", "time_share", "cost_share", "amount"], stages[0].EnumerateObject().Take(4).Select(property => property.Name));
        Assert.Equal("0.333333", stages[2].GetProperty("time_share").GetRawText());
        Assert.Equal("8000", stages[2].GetProperty("amount").GetString());
        Assert.Equal("5024000", root.GetProperty("total").GetProperty("amount").GetString());
        Assert.Equal(("USD", 1), (root.GetProperty("currency").GetString(), root.GetProperty("delivered").GetInt32()));
    }

    [Fact]
    public void Savings_stand_beside_the_costs_in_both()
    {
        var before = _ledger.Reports.Build(new ReportQuery());
        _ledger.Record(Saved("m1", 1_000), Saved("m2", 500), Saved("m3", 70) with { Resource = "gpu/x", Evidence = "-derived" });
        var report = _ledger.Reports.Build(new ReportQuery());
        Assert.Equal(before.Total, report.Total);

        using var document = JsonDocument.Parse(ReportJson.Write(report));
        var rows = document.RootElement.GetProperty("savings").EnumerateArray().ToList();
        Assert.Equal(
            ["kind", "stage", "resource", "meter", "memos", "quantity", "avoided", "unpriced", "evidence", "evidences"],
            rows[0].EnumerateObject().Select(property => property.Name));
        Assert.Equal(("int8", "unet", "cpu", 2), (Text(rows[0], "kind"), Text(rows[0], "stage"), Text(rows[0], "resource"), rows[0].GetProperty("memos").GetInt32()));
        Assert.Equal(("1500", "20000"), (Text(rows[0], "quantity"), Text(rows[0], "avoided")));
        Assert.Equal((null, 1), (Text(rows[1], "avoided"), rows[1].GetProperty("unpriced").GetInt32()));
        Assert.Equal("measured", Text(rows[0].GetProperty("evidence")[0], "text"));

        var lines = ReportCsv.Write(report).Split("\r\n");
        Assert.Equal(
            [
                "", "saved_by,stage,resource,meter,memos,quantity,avoided,unpriced,currency,evidence",
                "int8,unet,\"cpu\",device-time,2,1500,0.000000020000,0,USD,\"measured\"",
                "int8,unet,\"gpu/x\",device-time,1,70,,1,USD,\"'-derived\"", "",
            ],
            lines[^5..]);
        var grouped = ReportCsv.Write(_ledger.Reports.Build(new ReportQuery(), ReportGrouping.Run)).Split("\r\n");
        Assert.Equal("\"run-1\",int8,unet,\"cpu\",device-time,2,1500,0.000000020000,0,USD,\"measured\",group", grouped[^5]);
        Assert.Equal(",int8,unet,\"cpu\",device-time,2,1500,0.000000020000,0,USD,\"measured\",total", grouped[^3]);
        Assert.EndsWith(",currency,evidence,row", grouped[^6], StringComparison.Ordinal);

        static string? Text(JsonElement row, string name) => row.GetProperty(name).GetString();
    }

    [Fact]
    public void Csv_is_exact_and_quotes_what_users_wrote()
    {
        var lines = ReportCsv.Write(_ledger.Reports.Build(new ReportQuery { Currency = Currency.Usd }, ReportGrouping.Tags)).Split("\r\n");
        Assert.Equal("tags,stage,time_us,time_share,amount,cost_share,cost_per_render,currency,basis,row", lines[0]);
        Assert.Equal("\"\",vae,600,1.000000,0.000000016000,0.003190,0.000000016000,USD,loaded,group", lines[4]);
        Assert.Equal("\"'=x\",unet,300,1.000000,0.000000008000,1.000000,,USD,loaded,group", lines[9]);
        Assert.Equal(",total,900,,0.000005024000,,0.000005024000,USD,loaded,total", lines[^2]);
    }
}
