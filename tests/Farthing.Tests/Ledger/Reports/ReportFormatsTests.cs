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
    public void Csv_is_exact_and_quotes_what_users_wrote()
    {
        var lines = ReportCsv.Write(_ledger.Reports.Build(new ReportQuery { Currency = Currency.Usd }, ReportGrouping.Tags)).Split("\r\n");
        Assert.Equal("tags,stage,time_us,time_share,amount,cost_share,cost_per_render,currency,basis", lines[0]);
        Assert.Equal("\"\",vae,600,1.000000,0.000000016000,0.003190,0.000000016000,USD,loaded", lines[4]);
        Assert.Equal("\"'=x\",unet,300,1.000000,0.000000008000,1.000000,,USD,loaded", lines[9]);
        Assert.Equal(",total,900,,0.000005024000,,0.000005024000,USD,loaded", lines[^2]);
    }
}
