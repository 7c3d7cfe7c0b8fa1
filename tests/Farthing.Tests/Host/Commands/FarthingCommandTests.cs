using System.Text.Json;
using Farthing.Ledger.Money;
using Farthing.Ledger.Posting;
using Farthing.Ledger.Prices;
using Farthing.Ledger.Storage;

namespace Farthing.Tests.Host.Commands;

public sealed class FarthingCommandTests : IDisposable
{
    private readonly HostRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Fact]
    public async Task Wrong_options_are_all_told_and_nothing_is_made()
    {
        int status = await _rig.RunAsync("render", "a mug", "--steps", "0", "--bogus", "--width", "12", "--shadow", "maybe");

        Assert.Equal(ExitCodes.Usage, status);
        Assert.Empty(_rig.Result.Output);
        Assert.Contains("--bogus", _rig.Notes.Output, StringComparison.Ordinal);
        Assert.Contains("--steps '0'", _rig.Notes.Output, StringComparison.Ordinal);
        Assert.Contains("--width '12'", _rig.Notes.Output, StringComparison.Ordinal);
        Assert.Contains("--shadow 'maybe'", _rig.Notes.Output, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_rig.Folder));
    }

    [Theory]
    [InlineData("farthing")]
    [InlineData("renderr")]
    public async Task An_unknown_command_is_a_usage_error(string command) => Assert.Equal(ExitCodes.Usage, await _rig.RunAsync(command));

    [Fact]
    public async Task No_command_shows_the_help_and_is_a_usage_error()
    {
        Assert.Equal(ExitCodes.Usage, await _rig.RunAsync());
        Assert.Contains("render", _rig.Result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_names_every_option_and_is_no_error()
    {
        Assert.Equal(ExitCodes.Done, await _rig.RunAsync("render", "--help"));
        foreach (string option in (string[])["--model", "--scheduler", "--caption", "--output-size", "--resume", "--data", "--json", "--verbose"])
        {
            Assert.Contains(option, _rig.Result.Output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_missing_manifest_ends_with_3_before_anything_is_made()
    {
        Assert.Equal(ExitCodes.Manifest, await _rig.RunAsync("render", "gone.csv"));
        Assert.Contains("There is no manifest", _rig.Notes.Output, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_rig.Folder));
    }

    [Fact]
    public async Task A_bad_price_book_ends_with_5()
    {
        _rig.Write("prices.yaml", "prices: { no: list }");

        Assert.Equal(ExitCodes.Ledger, await _rig.RunAsync("render", "a mug", "--prices", "prices.yaml"));
    }

    [Fact]
    public async Task A_data_folder_that_is_a_file_ends_with_5_and_no_stack_trace()
    {
        _rig.Write("taken", "x");

        Assert.Equal(ExitCodes.Ledger, await _rig.RunAsync("render", "a mug", "--data", "taken"));
        Assert.Contains("can't be made", _rig.Notes.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", _rig.Notes.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verbose_shows_where_an_error_arose()
    {
        _rig.Write("taken", "x");

        await _rig.RunAsync("render", "a mug", "--data", "taken", "--verbose");

        Assert.Contains("   at Farthing.", _rig.Notes.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_ledger_ends_with_5()
    {
        _rig.Write("user/farthing/farthing.db", new string('x', 8192));

        Assert.Equal(ExitCodes.Ledger, await _rig.RunAsync("report"));
        Assert.Contains("is not a SQLite file", _rig.Notes.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_report_before_the_first_render_makes_no_ledger()
    {
        Assert.Equal(ExitCodes.Ledger, await _rig.RunAsync("report"));
        Assert.Contains("Render something first", _rig.Notes.Output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_rig.Data));
    }

    [Fact]
    public async Task Report_refuses_what_contradicts_itself()
    {
        Assert.Equal(ExitCodes.Usage, await _rig.RunAsync("report", "--from", "2026-13-01", "--by", "week", "--currency", "GBP", "--json", "--format", "csv"));
        Assert.Contains("--from '2026-13-01' is no day", _rig.Notes.Output, StringComparison.Ordinal);
        Assert.Contains("--by 'week' is unknown", _rig.Notes.Output, StringComparison.Ordinal);
        Assert.Contains("--currency 'GBP' is unknown", _rig.Notes.Output, StringComparison.Ordinal);
        Assert.Contains("contradict", _rig.Notes.Output, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Usage, await _rig.RunAsync("report", "--from", "2026-11-02", "--to", "2026-11-01"));
        Assert.Contains("--from is after --to", _rig.Notes.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Report_finds_the_last_run_and_writes_its_json()
    {
        PostIdleHour("old", hoursAgo: 5);
        PostIdleHour("new", hoursAgo: 1);

        Assert.Equal(ExitCodes.Done, await _rig.RunAsync("report", "--run", "last", "--json"));

        // Two cores for an hour at $0.048 a core-hour.
        using JsonDocument json = JsonDocument.Parse(_rig.Result.Output);
        Assert.Equal("96000000000", json.RootElement.GetProperty("total").GetProperty("amount").GetString());
        Assert.Equal("USD", json.RootElement.GetProperty("currency").GetString());
        Assert.Equal("caption", json.RootElement.GetProperty("stages")[0].GetProperty("stage").GetString());
        Assert.Empty(_rig.Notes.Output);
    }

    [Fact]
    public async Task Report_groups_by_run_in_every_format()
    {
        PostIdleHour("old", hoursAgo: 5);
        PostIdleHour("new", hoursAgo: 1);

        Assert.Equal(ExitCodes.Done, await _rig.RunAsync("report", "--by", "run"));
        Assert.Contains("$0.192000 USD in all, loaded basis", _rig.Result.Output, StringComparison.Ordinal);
        Assert.Matches(@"(?m)^old .*\$0\.096000000", _rig.Result.Output);
        Assert.Equal(ExitCodes.Done, await _rig.RunAsync("report", "--by", "run", "--format", "csv"));
        Assert.Contains("\"new\",idle,3600000000,1.000000,0.096000000000", _rig.Result.Output, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Ledger, await _rig.RunAsync("report", "--basis", "marginal", "--currency", "eur"));
        Assert.Contains("no EUR rate yet", _rig.Notes.Output, StringComparison.Ordinal);

        // An example: the day's own rate and the next one's.
        DateTimeOffset now = _rig.Time.GetUtcNow();
        string rates = _rig.Write("rates.csv", $"id,currency,day,usd_per_unit\nexample-1,EUR,{now.AddDays(-1):yyyy-MM-dd},1.1\nexample-2,EUR,{now:yyyy-MM-dd},1.1\n");
        Assert.Equal(ExitCodes.Done, await _rig.RunAsync("prices", "import", rates));
        Assert.Equal(ExitCodes.Done, await _rig.RunAsync("report", "--basis", "marginal", "--currency", "eur"));
        Assert.Contains("€0.000000 EUR in all, marginal basis", _rig.Result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_run_is_a_usage_error()
    {
        PostIdleHour("old", hoursAgo: 5);

        Assert.Equal(ExitCodes.Usage, await _rig.RunAsync("report", "--run", "gone"));
        Assert.Contains("There is no run 'gone'", _rig.Notes.Output, StringComparison.Ordinal);
    }

    private void PostIdleHour(string run, int hoursAgo)
    {
        using LedgerStore file = DataFolder.At(_rig.Data).OpenLedger();
        using Journal journal = Journal.Open(file, PriceBook.Default());
        DateTimeOffset start = _rig.Time.GetUtcNow().AddHours(-hoursAgo);
        var hour = new DeviceTime(3_600_000_000);
        file.Write(transaction =>
        {
            journal.Leases.Open(transaction, new Lease("lease-" + run, run, "here", "cpu", 2, start));
            journal.Leases.Close(transaction, "lease-" + run, hour, hour, start.AddHours(1));
        });
    }
}
