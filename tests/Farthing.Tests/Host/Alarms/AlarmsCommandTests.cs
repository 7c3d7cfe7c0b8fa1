using System.Text.Json.Nodes;
using Farthing.Gateway.Configuration;
using Farthing.Tests.Gateway.Serving;
using static Farthing.Tests.Gateway.Serving.FakeProvider;

namespace Farthing.Tests.Host.Alarms;

public sealed class AlarmsCommandTests : IDisposable
{
    private const string Usage =
        """
        {"type":"use","id":"u1","run":"r","at":"2026-11-20T11:00:00Z","stage":"finish","resource":"storage/s3","meter":"puts","quantity":1000}
        {"type":"use","id":"u2","run":"r","at":"2026-11-20T11:00:00Z","stage":"caption","resource":"llm/openai/gpt-4o-mini","meter":"input-tokens","quantity":1000000}
        """;

    private const string Rules = "  rules: [{name: unpriced, kind: unpriced}, {name: dear, kind: cost-per-render, over: 1}, {name: waste, kind: waste, over_percent: 5}, {name: drift, kind: drift}]\n";

    private readonly HostRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Fact]
    public async Task Unpriced_usage_fires_is_told_once_and_resolves_when_it_is_priced()
    {
        await using FakeProvider receiver = await FakeProvider.StartAsync();
        receiver.Usual = Json(200, "");
        _rig.Set("HOOK", WebhookSecret.Create());
        string config = _rig.Write("farthing.yaml", $"alarms:\n  webhook: {{url: \"{receiver.Url}\", secret: env.HOOK}}\n{Rules}");
        await RunAsync(0, "import", _rig.Write("usage.jsonl", Usage));

        await RunAsync(ExitCodes.Alarm, "alarms", "check", "--config", config);
        Assert.Matches(@"unpriced\s+storage/s3 puts\s+FIRING\s+1 charges\s+0 charges\s+2026-11-20 12:00Z", _rig.Result.Output);
        Assert.Contains("ALARM unpriced (storage/s3 puts): 1 charge of storage/s3 puts has no price and is in no sum.", _rig.Result.Output, StringComparison.Ordinal);
        Assert.Contains("1 changed, 1 delivered, 0 not delivered.", _rig.Result.Output, StringComparison.Ordinal);
        await RunAsync(ExitCodes.Alarm, "alarms", "check", "--config", config);
        Assert.Contains("0 changed, 0 delivered, 0 not delivered.", _rig.Result.Output, StringComparison.Ordinal);
        await RunAsync(0, "alarms", "list");

        await RunAsync(0, "prices", "set", "storage/s3", "puts", "0.005", "--unit", "thousand-operations", "--from", "2026-11-01");
        await RunAsync(0, "prices", "rerate", "--from", "2026-11-01", "--to", "2026-11-30", "--apply");
        await RunAsync(0, "alarms", "check", "--config", config);
        await RunAsync(0, "ledger", "verify");

        Assert.Equal(["alarm.firing", "alarm.resolved"], receiver.Requests.Select(static got => (string)JsonNode.Parse(got.Body)!["type"]!));
    }

    [Fact]
    public async Task What_cannot_be_delivered_waits_and_is_listed()
    {
        await using (FakeProvider receiver = await FakeProvider.StartAsync())
        {
            receiver.Usual = Json(500, "");
            _rig.Set("HOOK", WebhookSecret.Create());
            string config = _rig.Write("farthing.yaml", $"alarms:\n  webhook: {{url: \"{receiver.Url}\", secret: env.HOOK, attempts: 2}}\n{Rules}");
            await RunAsync(0, "import", _rig.Write("usage.jsonl", Usage));
            await RunAsync(ExitCodes.Alarm, "alarms", "check", "--config", config, "--no-send");
            Assert.Empty(receiver.Requests);
            await RunAsync(ExitCodes.Alarm, "alarms", "check", "--config", config);
            await RunAsync(0, "alarms", "list");
            Assert.Matches(@"msg_[0-9a-f]{32}\s+unpriced \(storage/s3 puts\)\s+firing\s+waiting\s+1\s+2026-11-20 12:00:0\dZ\s+HTTP 500", _rig.Result.Output);

            await RunAsync(0, "prices", "set", "storage/s3", "puts", "0.005", "--unit", "thousand-operations", "--from", "2026-11-01");
            await RunAsync(0, "prices", "rerate", "--from", "2026-11-01", "--to", "2026-11-30", "--apply");
            _rig.Time.Advance(TimeSpan.FromMinutes(1));
            await RunAsync(ExitCodes.Partial, "alarms", "check", "--config", config);
            Assert.Contains("HTTP 500; it is dead", _rig.Notes.Output, StringComparison.Ordinal);
        }

        JsonNode board = await JsonAsync(0, "alarms", "list", "--json");
        Assert.Equal(["dead", "waiting"], board["undelivered"]!.AsArray().Select(static message => (string)message!["status"]!));
        Assert.Empty(board["alarms"]!.AsArray());
    }

    [Fact]
    public async Task As_json_every_rule_is_there_whether_it_fires_or_not()
    {
        string config = _rig.Write("farthing.yaml", "alarms:\n" + Rules);
        await RunAsync(0, "import", _rig.Write("usage.jsonl", Usage));

        JsonNode board = await JsonAsync(ExitCodes.Alarm, "alarms", "check", "--config", config, "--json");

        Assert.Equal(
            ["unpriced storage/s3 puts True", "dear  False", "waste  False", "drift attempts False", "drift tokens False", "drift cost False"],
            board["alarms"]!.AsArray().Select(static line => $"{line!["alarm"]} {line["subject"]} {line["firing"]!.GetValue<bool>()}"));
        Assert.Equal(("1", "0", "charges"), ((string)board["alarms"]![0]!["observed"]!, (string)board["alarms"]![0]!["limit"]!, (string)board["alarms"]![0]!["unit"]!));
        Assert.Empty(board["undelivered"]!.AsArray());
    }

    [Fact]
    public async Task A_gateways_file_has_its_budgets_and_another_file_has_none()
    {
        const string Budget = "alarms: {rules: [{name: b, kind: budget, over_percent: 80}]}\n";
        await RunAsync(0, "import", _rig.Write("usage.jsonl", Usage));
        string gateway = _rig.Write("gateway.yaml", "providers: {ollama: }\nbudgets: [{name: studio, scope: all, limit_usd: 10, period: day}]\n" + Budget);

        await RunAsync(0, "alarms", "check", "--config", gateway);
        Assert.Matches(@"b\s+studio@2026-11-20\s+ok\s+0 %\s+80 %", _rig.Result.Output);
        await RunAsync(ExitCodes.Usage, "alarms", "check", "--config", _rig.Write("farthing.yaml", Budget));
        Assert.Contains("line 1: an alarm of a budget belongs into the gateway's configuration", _rig.Notes.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_fires_of_a_rule_that_is_gone_is_shown_and_can_be_closed()
    {
        string config = _rig.Write("farthing.yaml", "alarms:\n" + Rules);
        string next = _rig.Write("next.yaml", "alarms: {rules: [{name: other, kind: waste, over_percent: 5}]}\n");
        await RunAsync(0, "import", _rig.Write("usage.jsonl", Usage));
        await RunAsync(ExitCodes.Alarm, "alarms", "check", "--config", config);

        await RunAsync(0, "alarms", "check", "--config", next);
        Assert.Contains("FIRING, rule gone", _rig.Result.Output, StringComparison.Ordinal);
        await RunAsync(ExitCodes.Usage, "alarms", "close", "unpriced", "--config", config);
        await RunAsync(0, "alarms", "close", "unpriced", "--config", next);
        await RunAsync(ExitCodes.Usage, "alarms", "close", "unpriced", "--config", next);
        await RunAsync(0, "alarms", "list");
        Assert.Contains("No alarm fires.", _rig.Result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_done_is_said_in_a_sentence()
    {
        await RunAsync(ExitCodes.Ledger, "alarms", "list");
        Assert.Contains("There is no ledger", _rig.Notes.Output, StringComparison.Ordinal);
        await RunAsync(ExitCodes.Usage, "alarms", "check");
        await RunAsync(ExitCodes.Usage, "alarms", "check", "--config", "nowhere.yaml");
        await RunAsync(ExitCodes.Usage, "alarms", "check", "--config", _rig.Write("none.yaml", "models: {}\n"));
        Assert.Contains("has no 'alarms'", _rig.Notes.Output, StringComparison.Ordinal);
        await RunAsync(ExitCodes.Usage, "alarms", "check", "--config", _rig.Write("bad.yaml", "alarms: [\n"));
        await RunAsync(ExitCodes.Usage, "alarms", "check", "--config", _rig.Write("hook.yaml", "alarms: {rules: [{name: u, kind: unpriced}], webhook: {url: \"https://a/\", secret: env.NONE}}"));
        Assert.Contains("'NONE' is not set", _rig.Notes.Output, StringComparison.Ordinal);
        await RunAsync(0, "alarms", "secret");
        Assert.NotNull(WebhookSecret.KeyOf(_rig.Result.Output.Trim()));
    }

    private async Task RunAsync(int status, params string[] args)
    {
        int got = await _rig.RunAsync(args);
        Assert.True(status == got, $"{string.Join(' ', args)} ended with {got}: {_rig.Notes.Output}");
    }

    private async Task<JsonNode> JsonAsync(int status, params string[] args)
    {
        int before = _rig.Result.Output.Length;
        await RunAsync(status, args);
        return JsonNode.Parse(_rig.Result.Output[before..])!;
    }
}
