using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Farthing.Commands;
using Farthing.Gateway.Configuration;
using Farthing.Ledger.Storage;
using Farthing.Terminal;
using Farthing.Tests.Gateway.Serving;
using Farthing.Tests.Rendering;
using Spectre.Console.Testing;
using static Farthing.Tests.Gateway.Serving.FakeProvider;

namespace Farthing.Tests.Host.Alarms;

public sealed partial class AlarmServingTests
{
    [Fact]
    public async Task A_server_tells_what_its_ledger_came_to_and_takes_new_rules_by_a_reload()
    {
        using var folder = new ScratchFolder();
        await using FakeProvider receiver = await FakeProvider.StartAsync();
        receiver.Usual = Json(200, "");
        string secret = WebhookSecret.Create();
        using TestConsole result = new TestConsole().Width(300), notes = new TestConsole().Width(500);
        var host = new Farthing.Host(
            new Screen(result, notes, isLive: false), new Places(name => name == "HOOK" ? secret : null, folder.FullName, folder.FullName, folder.FullName), TimeProvider.System);
        string config = folder.File("usage.yaml");
        await WriteAsync("{name: drift, kind: drift}");
        using var stop = new CancellationTokenSource();
        Task<int> serving = new ServeRun(host) { Config = config, Data = folder.File("data") }.RunAsync(stop.Token);
        await UntilAsync(() => Listening().IsMatch(result.Output));
        using var client = new HttpClient { BaseAddress = new Uri(Listening().Match(result.Output).Groups[1].Value) };
        string day = TimeProvider.System.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);
        using var body = new StringContent(
            $$"""{"specversion":"1.0","source":"/t","id":"1","type":"farthing.usage","time":"{{day}}","data": {"run":"r","stage":"finish","resource":"storage/new","meters": {"puts":1} } }""",
            Encoding.UTF8,
            "application/cloudevents+json");
        using HttpResponseMessage taken = await client.PostAsync(new Uri("/v1/usage", UriKind.Relative), body, TestContext.Current.CancellationToken);
        Assert.True(taken.IsSuccessStatusCode);

        await WriteAsync("{name: drift, kind: drift}, {name: unpriced, kind: unpriced}");
        await UntilAsync(() => !receiver.Requests.IsEmpty);
        JsonNode told = JsonNode.Parse(receiver.Requests.First().Body)!;
        Assert.Equal(("alarm.firing", "unpriced", "storage/new puts"), ((string)told["type"]!, (string)told["data"]!["alarm"]!, (string)told["data"]!["subject"]!));

        await stop.CancelAsync();
        Assert.Equal(ExitCodes.Done, await serving);
        Assert.Contains("Alarm firing: unpriced (storage/new puts): 1 charge of", notes.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(secret, notes.Output + result.Output, StringComparison.Ordinal);
        using SqliteFile file = SqliteFile.Open(Path.Combine(folder.File("data"), "farthing.db"));
        Assert.True(file.Read(static transaction => transaction.Scalar<long>("SELECT count(*) FROM gateway_metric_samples")) > 0);

        Task WriteAsync(string rules) => File.WriteAllTextAsync(
            config,
            $"usage: {{}}\nserver: {{listen: \"127.0.0.1:0\"}}\nalarms:\n  check_seconds: 5\n  webhook: {{url: \"{receiver.Url}\", secret: env.HOOK}}\n  rules: [{rules}]\n",
            TestContext.Current.CancellationToken);

        async Task UntilAsync(Func<bool> isSo)
        {
            while (!isSo())
            {
                if (serving.IsCompleted)
                {
                    Assert.Fail($"It ended with {await serving}: {notes.Output}");
                }

                await Task.Delay(20, TestContext.Current.CancellationToken);
            }
        }
    }

    [GeneratedRegex("Listening on (http://[0-9.:]+)")]
    private static partial Regex Listening();
}
