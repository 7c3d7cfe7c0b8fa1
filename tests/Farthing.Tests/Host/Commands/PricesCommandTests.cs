namespace Farthing.Tests.Host.Commands;

public sealed class PricesCommandTests : IDisposable
{
    private const string Usage =
        """
        {"type":"use","id":"u1","run":"r","at":"2026-05-04T12:00:00Z","stage":"caption","resource":"llm/openai/gpt-4o-mini","meter":"input-tokens","quantity":1000000}
        {"type":"use","id":"u2","run":"r","at":"2026-05-04T12:00:00Z","stage":"finish","resource":"storage/s3","meter":"puts","quantity":1000}
        """;

    private readonly HostRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Fact]
    public async Task Unpriced_usage_is_listed_priced_by_a_re_rate_and_taken_back()
    {
        await RunAsync(0, "import", _rig.Write("usage.jsonl", Usage));
        await RunAsync(ExitCodes.Partial, "prices", "list", "--unpriced");
        Assert.Contains("ALARM unpriced: 1 charge of storage/s3 puts, 1,000 together", _rig.Result.Output, StringComparison.Ordinal);
        await RunAsync(0, "prices", "set", "storage/s3", "puts", "0.005", "--unit", "thousand-operations", "--from", "2026-05-01");
        await RunAsync(0, "prices", "rerate", "--from", "2026-05-01", "--to", "2026-05-31");
        Assert.Contains("difference 0.005000000000 USD", _rig.Result.Output, StringComparison.Ordinal);
        Assert.Contains("Nothing was posted", _rig.Result.Output, StringComparison.Ordinal);
        await RunAsync(ExitCodes.Partial, "prices", "list", "--unpriced");
        await RunAsync(0, "prices", "rerate", "--from", "2026-05-01", "--to", "2026-05-31", "--apply");
        await RunAsync(0, "prices", "list", "--unpriced");
        await RunAsync(0, "prices", "rerate", "--undo", "1", "--apply");
        await RunAsync(ExitCodes.Partial, "prices", "list", "--unpriced");
        await RunAsync(0, "prices", "close", "--through", "2026-05-31");
        await RunAsync(ExitCodes.Ledger, "prices", "rerate", "--from", "2026-05-01", "--to", "2026-05-31");
        Assert.Contains("the books are closed for all that was before 2026-06-01", _rig.Notes.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_price_list_is_imported_compared_and_listed()
    {
        string list = _rig.Write("list.json", """{ "gpt-4o-mini": { "litellm_provider": "openai", "input_cost_per_token": 1.2e-07, "strange_cost": 1 } }""");
        await RunAsync(0, "prices", "import", list, "--from", "2026-05-01", "--dry-run");
        Assert.Contains("Would record 1 price and 0 rates", _rig.Result.Output, StringComparison.Ordinal);
        Assert.Contains("1 × no meter counts 'strange_cost': gpt-4o-mini strange_cost (line 1)", _rig.Result.Output, StringComparison.Ordinal);
        await RunAsync(0, "prices", "import", list, "--from", "2026-05-01");
        await RunAsync(0, "prices", "set", "llm/openai/gpt-4o-mini", "input-tokens", "0.18", "--unit", "million-tokens", "--from", "2026-06-01");
        await RunAsync(0, "prices", "diff");
        Assert.Contains("2026-06-01 on:  0.12 USD per million-tokens → 0.18 USD per million-tokens (+50.0%)", _rig.Result.Output, StringComparison.Ordinal);
        await RunAsync(0, "prices", "diff", list, "--from", "2026-06-01", "--json");
        Assert.Contains("\"usd\": \"0.18\"", _rig.Result.Output, StringComparison.Ordinal);
        await RunAsync(0, "prices", "list", "--resource", "llm/openai/gpt-4o-mini", "--at", "2026-05-15");
        Assert.Contains("input-tokens  0.12 USD per million-tokens  2026-05-01 to 2026-06-01", _rig.Result.Output, StringComparison.Ordinal);
        await RunAsync(0, "import", _rig.Write("usage.jsonl", Usage));
        Assert.Contains("charges for $0.120000", _rig.Result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--before")]
    [InlineData("--after")]
    public async Task A_recording_that_is_not_there_is_compared_with_nothing(string option)
    {
        await RunAsync(ExitCodes.Ledger, "prices", "diff", option, "1");
        Assert.Contains("There is no recording 1: nothing is recorded yet.", _rig.Notes.Output, StringComparison.Ordinal);
        await RunAsync(0, "prices", "set", "storage/s3", "puts", "0.005", "--unit", "thousand-operations", "--from", "2026-05-01");
        await RunAsync(0, "prices", "diff", option, "1");
        await RunAsync(ExitCodes.Ledger, "prices", "diff", option, "2");
        Assert.Contains("There is no recording 2: the last one is 1.", _rig.Notes.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_done_is_said_in_a_sentence()
    {
        await RunAsync(ExitCodes.Ledger, "prices", "set", "r", "smell", "1", "--unit", "operation");
        await RunAsync(ExitCodes.Ledger, "prices", "set", "gpu/x", "device-time", "1", "--unit", "gpu-hour", "--currency", "EUR");
        Assert.Contains("there is no EUR rate", _rig.Notes.Output, StringComparison.Ordinal);
        await RunAsync(ExitCodes.Usage, "prices", "import", "nowhere.csv");
        await RunAsync(ExitCodes.Usage, "prices", "rerate", "--from", "2026-05-01");
        await RunAsync(ExitCodes.Usage, "prices", "rerate", "--undo", "0");
        await RunAsync(ExitCodes.Ledger, "prices", "import", _rig.Write("x.txt", ""));
    }

    private async Task RunAsync(int status, params string[] args) => Assert.Equal(status, await _rig.RunAsync(args));
}
