using System.Text.Json;
using Farthing.Tests.Rendering;

namespace Farthing.Tests.Host.Commands;

/// <summary>The published case, from its committed usage to the bars that its README shows.</summary>
public sealed class CaseStudyTests : IDisposable
{
    private static readonly string Folder = Path.Combine(SampleFiles.Folder, "case-study");
    private readonly HostRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Fact]
    public async Task The_three_published_steps_lead_to_0_0018_and_the_rest_is_unexplained()
    {
        // Without the outage, whose 280,000 renders take their time.
        string usage = _rig.Write("usage.jsonl", string.Join('\n', File.ReadLines(Path.Combine(Folder, "usage.jsonl")).Where(static line => !line.Contains("outage"))));
        Assert.Equal(0, await _rig.RunAsync("import", usage, "--prices", Path.Combine(Folder, "prices.yaml")));
        Assert.Contains("40,000 renders", _rig.Result.Output, StringComparison.Ordinal);

        // A lot of a thousand renders is charged on its first; the mean is of all of them, as in the table by stage.
        JsonElement render = (await Json("report", "--run", "before", "--show", "renders", "--json")).GetProperty("rows")[0];
        Assert.Equal(
            ("20000", "0.003100000000", "0.003100000000", "20"),
            (render.GetProperty("renders").GetString(), render.GetProperty("with_waste").GetString(), render.GetProperty("without_waste").GetString(), render.GetProperty("charged").GetString()));

        JsonElement stages = (await Json("report", "--run", "before", "--json")).GetProperty("stages");
        Assert.Equal(
            [(80_000, 220_000), (40_000, 110_000), (710_000, 480_000), (90_000, 70_000), (80_000, 120_000)],
            stages.EnumerateArray().Select(static stage => (Millionths(stage, "time_share"), Millionths(stage, "cost_share"))));

        string svg = Path.Combine(_rig.Folder, "bars.svg");
        JsonElement bars = await Json("explain", "--before", "before", "--after", "after", "--claimed", "0.0008", "--json", "--svg", svg);
        Assert.Equal("3100000000", bars.GetProperty("before").GetProperty("cost_per_render").GetString());
        Assert.Equal("1799497074", bars.GetProperty("after").GetProperty("cost_per_render").GetString());
        Assert.Equal(
            [("int8", -580_682_926), ("text_cache", -303_800_000), ("caption_cache", -416_020_000), ("claim", -999_497_074)],
            bars.GetProperty("bars").EnumerateArray()
                .Select(static bar => (bar.GetProperty("factor").GetString()!, long.Parse(bar.GetProperty("change").GetString()!, null)))
                .Where(static bar => bar.Item2 != 0));
        Assert.StartsWith("<svg", await File.ReadAllTextAsync(svg, TestContext.Current.CancellationToken), StringComparison.Ordinal);

        Assert.Equal(0, await _rig.RunAsync("explain", "--before", "2026-05-04", "--after", "2026-11-01..2026-11-30", "--claimed", "0.0008"));
        Assert.Contains("unexplained, up to the claim", _rig.Result.Output, StringComparison.Ordinal);
        Assert.Contains("The bars sum to -0.002300000000 USD exactly", _rig.Result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_outage_was_billed_and_not_delivered()
    {
        // Fewer renders a lot take less time and cost the same: the uses of a lot are those of all of it.
        string usage = _rig.Write("usage.jsonl", File.ReadAllText(Path.Combine(Folder, "usage.jsonl")).Replace("\"count\":10000", "\"count\":10", StringComparison.Ordinal).Replace("\"count\":1000", "\"count\":1", StringComparison.Ordinal));
        Assert.Equal(0, await _rig.RunAsync("import", usage, "--prices", Path.Combine(Folder, "prices.yaml")));
        JsonElement waste = await Json("report", "--show", "undelivered", "--currency", "EUR", "--json");
        Assert.Equal(("280", "889.9999077"), (waste.GetProperty("total").GetProperty("attempts").GetString(), waste.GetProperty("total").GetProperty("cost").GetString()![..11]));
        Assert.All(waste.GetProperty("rows").EnumerateArray(), static row => Assert.Equal("the caption model was out for 40 minutes", row.GetProperty("cause").GetString()));

        Assert.Equal(0, await _rig.RunAsync("report", "--show", "devices"));
        Assert.Contains("gpu/unet", _rig.Result.Output, StringComparison.Ordinal);
        Assert.Equal(0, await _rig.RunAsync("report", "--show", "renders", "--format", "csv"));
        Assert.Contains("renders,with_waste,without_waste,charged,charged_p50,charged_p95,charged_max,dearest\r\n", _rig.Result.Output, StringComparison.Ordinal);
        Assert.Equal(0, await _rig.RunAsync("report", "--by", "run", "--format", "svg"));
        Assert.Contains("<svg", _rig.Result.Output, StringComparison.Ordinal);
        Assert.Equal(0, await _rig.RunAsync("report", "--currency", "EUR", "--format", "html"));
        Assert.Contains("€889.999907719", _rig.Result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--show 'all' is unknown", "report", "--show", "all")]
    [InlineData("--by is for the costs", "report", "--show", "devices", "--by", "run")]
    [InlineData("Leave --show out", "report", "--show", "renders", "--format", "html")]
    [InlineData("--before is missing", "explain", "--after", "x")]
    [InlineData("ends before it starts", "explain", "--before", "2026-05-04..2026-05-01", "--after", "x")]
    [InlineData("'cheap' is no amount", "explain", "--before", "a", "--after", "b", "--claimed", "cheap")]
    [InlineData("contradict", "explain", "--before", "a", "--after", "b", "--json", "--csv")]
    public async Task A_line_that_cant_be_followed_says_what_to_mend(string sentence, params string[] line)
    {
        Assert.Equal(ExitCodes.Usage, await _rig.RunAsync(line));
        Assert.Contains(sentence, _rig.Notes.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bad_usage_file_has_the_status_of_a_manifest()
    {
        Assert.Equal(ExitCodes.Manifest, await _rig.RunAsync("import", _rig.Write("bad.jsonl", "{\"type\":\"use\",\"quantity\":NaN}")));
        Assert.Contains("Line 1 of the usage file", _rig.Notes.Output, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Manifest, await _rig.RunAsync("import", "no-such-file"));
        Assert.Contains("The usage file", _rig.Notes.Output, StringComparison.Ordinal);
    }

    private static int Millionths(JsonElement stage, string name) => (int)(stage.GetProperty(name).GetDecimal() * 1_000_000);

    private async Task<JsonElement> Json(params string[] line)
    {
        int earlier = _rig.Result.Output.Length;
        Assert.Equal(0, await _rig.RunAsync(line));
        return JsonDocument.Parse(_rig.Result.Output[earlier..]).RootElement;
    }
}
