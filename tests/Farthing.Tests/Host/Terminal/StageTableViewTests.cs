using Farthing.Ledger.Reports;
using Farthing.Terminal;
using Spectre.Console.Testing;

namespace Farthing.Tests.Host.Terminal;

public sealed class StageTableViewTests
{
    [Fact]
    public void The_table_fits_an_80_column_terminal_on_one_line_a_row()
    {
        string[] lines = Draw(Reports.Campaign(), 80);

        Assert.Equal(7, lines.Length);
        Assert.All(lines, static line => Assert.True(line.Length <= 80, line));
        Assert.StartsWith("stage ", lines[0], StringComparison.Ordinal);
        Assert.Equal("caption rewriting       0.0    0.0 <0.000000001", lines[1].TrimEnd());
        Assert.Equal("UNet denoising         95.0   95.0 $0.000950000", lines[3].TrimEnd());
        Assert.Equal("storage + image post    0.5    0.5 $0.000005000", lines[5].TrimEnd());
        Assert.Equal("total                              $0.001000000 delivered 24 · failed 1 · lost 0", lines[6].TrimEnd());
    }

    [Fact]
    public void Large_counts_go_to_a_line_of_their_own_instead_of_being_cut()
    {
        string[] lines = Draw(Reports.Campaign(delivered: 1_000_000, failed: 12_345, lost: 678), 80);

        Assert.All(lines, static line => Assert.True(line.Length <= 80, line));
        Assert.Contains("delivered 1000000 · failed 12345", lines[6], StringComparison.Ordinal);
        Assert.Equal("lost 678", lines[7].Trim());
    }

    [Fact]
    public void A_report_without_pictures_has_no_cost_per_render()
    {
        string[] lines = Draw(Reports.Campaign(delivered: 0), 80);

        Assert.Equal("total                                        – delivered 0 · failed 1 · lost 0", lines[6].TrimEnd());
    }

    [Fact]
    public void Groups_and_their_total_have_a_row_each()
    {
        StageReport day = Reports.Campaign(delivered: 12, failed: 0);
        var report = new GroupedReport(
            ReportGrouping.Day,
            [new ReportGroup("2026-11-19", day with { Total = Reports.Usd(250_000_000_000) }), new ReportGroup("", day with { Total = Reports.Usd(750_000_000_000) })],
            day with { Total = Reports.Usd(1_000_000_000_000) });
        using var console = new TestConsole().Width(80);

        console.Write(GroupTableView.Draw(report));

        string[] lines = console.Output.TrimEnd().Split('\n');
        Assert.Equal(4, lines.Length);
        Assert.All(lines, static line => Assert.True(line.Length <= 80, line));
        Assert.Matches(@"^2026-11-19 +12 +0 +0 +25\.0 +\$0\.250000000 +\$0\.020833333", lines[1]);
        Assert.StartsWith("–", lines[2], StringComparison.Ordinal);
        Assert.Contains("$1.000000000", lines[3], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, "$0.000000000")]
    [InlineData(133, "<0.000000001")]
    [InlineData(-133, "<0.000000001")]
    [InlineData(500, "<0.000000001")]
    [InlineData(501, "$0.000000001")]
    [InlineData(-3_124_000_000, "-$0.003124000")]
    [InlineData(12_345_678_901_500, "$12.345678902")]
    public void Money_has_nine_places_and_something_is_never_nothing(long units, string expected) =>
        Assert.Equal(expected, Cells.Money(Reports.Usd(units)));

    private static string[] Draw(StageReport report, int width)
    {
        using var console = new TestConsole().Width(width);
        console.Write(StageTableView.Draw(report, width));
        return console.Output.TrimEnd('\n').Split('\n');
    }
}
