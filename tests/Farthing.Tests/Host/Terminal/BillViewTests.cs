using System.Text.Json;
using Farthing.Ledger.Posting;
using Farthing.Ledger.Reports;
using Farthing.Rendering.Jobs;
using Farthing.Rendering.Manifests;
using Farthing.Terminal;

namespace Farthing.Tests.Host.Terminal;

public sealed class BillViewTests
{
    private static readonly RenderSummary Summary = new()
    {
        RunId = "r1",
        Total = 25,
        Delivered = 20,
        AlreadyDelivered = 4,
        Failures = [new RowError(7, "demo-006", "width", "100 is no multiple of 8. Write 96 or 104.")],
        Cancelled = false,
    };

    [Fact]
    public void The_bill_names_the_basis_the_failures_the_alarms_and_the_folder()
    {
        using var rig = new HostRig();
        StageReport report = Reports.Campaign() with { Unpriced = [new UnpricedUsage("llm/x", "input-tokens", 3, 4_000)] };

        BillView.Print(rig.Host.Screen, report, Summary, "/out", json: false);

        string text = rig.Result.Output;
        Assert.Contains("$0.024000 USD in all, loaded basis", text, StringComparison.Ordinal);
        Assert.Contains("ALARM unpriced: llm/x input-tokens, 4000 in 3 charges", text, StringComparison.Ordinal);
        Assert.Contains("1 of 25 rows gave no picture:\n  line 7, demo-006, width: 100 is no multiple of 8.", text, StringComparison.Ordinal);
        Assert.Contains("24 pictures in /out (run r1)", text, StringComparison.Ordinal);
        Assert.Empty(rig.Notes.Output);
    }

    [Fact]
    public void What_was_saved_stands_under_the_costs_with_its_evidence()
    {
        using var rig = new HostRig();
        StageReport report = Reports.Campaign() with
        {
            Savings =
            [
                new SavingsRow
                {
                    Kind = SavingsKind.Int8,
                    Stage = Stage.Denoise,
                    Resource = "cpu",
                    Meter = "device-time",
                    Memos = 20,
                    Quantity = 1_500,
                    Avoided = Reports.Usd(2_000_000_000),
                    Unpriced = 1,
                    Evidence = [new SavingsEvidence("mean of 4 fp32 renders", 19)],
                    Evidences = 2,
                },
            ],
        };

        BillView.Print(rig.Host.Screen, report, Summary with { Notes = ["3 renders took no less."] }, "/out", json: false);

        string[] lines = rig.Result.Output.Split('\n');
        int costs = Array.FindIndex(lines, static line => line.StartsWith("$0.024000 USD in all", StringComparison.Ordinal));
        int saved = Array.FindIndex(lines, static line => line.StartsWith("int8 denoising UNet denoising    20 $0.002000000", StringComparison.Ordinal));
        Assert.InRange(costs, 0, saved - 1);
        Assert.Contains("  int8, 19: mean of 4 fp32 renders", lines);
        Assert.Contains("  int8: and 1 more", lines);
        Assert.Contains(lines, static line => line.StartsWith("ALARM unpriced: 1 of these memos", StringComparison.Ordinal));
        Assert.Contains("3 renders took no less.", lines);
    }

    [Fact]
    public void With_json_the_result_is_the_ledgers_json_alone()
    {
        using var rig = new HostRig();
        StageReport report = Reports.Campaign();

        BillView.Print(rig.Host.Screen, report, Summary with { Cancelled = true }, "/out", json: true);

        Assert.Equal(ReportJson.Write(report), rig.Result.Output.TrimEnd());
        using JsonDocument json = JsonDocument.Parse(rig.Result.Output);
        Int128 sum = 0;
        foreach (JsonElement stage in json.RootElement.GetProperty("stages").EnumerateArray())
        {
            sum += Int128.Parse(stage.GetProperty("amount").GetString()!, System.Globalization.CultureInfo.InvariantCulture);
        }

        Assert.Equal(json.RootElement.GetProperty("total").GetProperty("amount").GetString(), sum.ToString(System.Globalization.CultureInfo.InvariantCulture));
        Assert.Contains("line 7, demo-006", rig.Notes.Output, StringComparison.Ordinal);
        Assert.Contains("Cancelled.", rig.Notes.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Escape_sequences_in_a_message_do_not_reach_the_terminal()
    {
        using var rig = new HostRig();

        rig.Host.Screen.Note("a\u001b[31mb");

        Assert.Equal("a?[31mb", rig.Notes.Output.TrimEnd());
    }
}
