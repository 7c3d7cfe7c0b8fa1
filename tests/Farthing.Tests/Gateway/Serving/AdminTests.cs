using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Farthing.Gateway;
using Farthing.Gateway.Configuration;
using Farthing.Gateway.Keys;
using Farthing.Serving.Admin;
using Farthing.Serving.Live;
using Farthing.Serving.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using OpenTelemetry.Metrics;
using static Farthing.Tests.Gateway.Serving.FakeProvider;
using static Farthing.Tests.Gateway.Serving.FallbackTests;
using static Farthing.Tests.Gateway.Serving.GatewayRig;

namespace Farthing.Tests.Gateway.Serving;

public sealed class AdminTests
{
    private const string AdminSecret = "fk-the-admins-own-key", ClientSecret = "fk-the-clients-own-key";

    private static string Full { get; } = Yaml + $"""

        admin:
          listen: "127.0.0.1:0"
          key_hash: "sha256:{ClientKeys.HashOf(AdminSecret)}"
        client_keys:
          - name: team-a
            hash: "sha256:{ClientKeys.HashOf(ClientSecret)}"
            requests_per_minute: 1000
        budgets:
          - name: b
            scope: "key:team-a"
            limit_usd: "10.00"
            period: total

        """;

    [Fact]
    public async Task Only_the_admins_key_opens_the_port_and_no_secret_is_told()
    {
        await using var rig = await Rig.StartAsync(Full);

        using var none = await rig.GetAsync("/admin/v1/configuration", null);
        using var client = await rig.GetAsync("/metrics", ClientSecret);
        using var good = await rig.GetAsync("/admin/v1/configuration", AdminSecret);
        string text = await good.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        Assert.Equal([401, 401, 200], ((HttpResponseMessage[])[none, client, good]).Select(static each => (int)each.StatusCode));
        JsonNode json = JsonNode.Parse(text)!;
        Assert.Equal(1, (int)json["version"]!);
        Assert.Equal("***", (string)json["configuration"]!["providers"]!["openai"]!["keys"]![0]!["value"]!);
        Assert.Equal("10.000000000000", (string)json["configuration"]!["budgets"]![0]!["limit_usd"]!);
        foreach (string secret in (string[])[PrimaryKey, BackupKey, AdminSecret, ClientSecret, ClientKeys.HashOf(AdminSecret), ClientKeys.HashOf(ClientSecret)])
        {
            Assert.DoesNotContain(secret, text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Who_guesses_the_key_waits_and_nothing_is_looked_at_until_then()
    {
        var time = new FakeTimeProvider();
        await using var rig = await Rig.StartAsync(Full.Replace("  key_hash", "  open_metrics: true\n  key_hash", StringComparison.Ordinal), time);
        async Task<(int, string?)> TryAsync(string path, string? key)
        {
            using var response = await rig.GetAsync(path, key);
            return ((int)response.StatusCode, Header(response, "Retry-After"));
        }

        const string path = "/admin/v1/keys";
        for (int i = 0; i < 20; i++)
        {
            // Without a key nothing is guessed.
            Assert.Equal((401, null), await TryAsync(path, null));
        }

        for (int i = 0; i < AdminGuesses.MostWrong; i++)
        {
            Assert.Equal((200, null), await TryAsync(path, AdminSecret));
            Assert.Equal((401, null), await TryAsync(path, $"fk-wrong-{i}"));
        }

        Assert.Equal((429, "60"), await TryAsync(path, "fk-wrong"));
        time.Advance(TimeSpan.FromSeconds(20.5));
        Assert.Equal((429, "40"), await TryAsync(path, AdminSecret));
        Assert.Equal((200, null), await TryAsync("/metrics", null));
        Assert.Equal((401, null), await TryAsync(path, null));
        using (var refused = await rig.GetAsync(path, AdminSecret))
        {
            Assert.Contains("10 wrong keys came from this address", await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        }

        time.Advance(TimeSpan.FromSeconds(39.5));
        Assert.Equal((401, null), await TryAsync(path, "fk-wrong"));
        Assert.Equal((200, null), await TryAsync(path, AdminSecret));
    }

    [Fact]
    public async Task Closed_metrics_without_a_key_are_a_plain_401_while_their_address_waits()
    {
        await using var rig = await Rig.StartAsync(Full, new FakeTimeProvider());
        for (int i = 0; i < AdminGuesses.MostWrong; i++)
        {
            (await rig.GetAsync("/metrics", $"fk-wrong-{i}")).Dispose();
        }

        using var none = await rig.GetAsync("/metrics", null);
        using var empty = await rig.GetAsync("/metrics", "");
        using var good = await rig.GetAsync("/metrics", AdminSecret);

        Assert.Equal([401, 401, 429], ((HttpResponseMessage[])[none, empty, good]).Select(static each => (int)each.StatusCode));
        Assert.Null(Header(none, "Retry-After"));
    }

    [Fact]
    public void Addresses_are_counted_apart_and_a_network_of_IPv6_as_one()
    {
        var time = new FakeTimeProvider();
        var guesses = new AdminGuesses(time);
        var options = new AdminOptions(new IPEndPoint(IPAddress.Loopback, 1), ClientKeys.HashOf(AdminSecret));
        (bool IsIn, TimeSpan? Wait) From(string address, string key)
        {
            var context = new DefaultHttpContext();
            context.Connection.RemoteIpAddress = IPAddress.Parse(address);
            context.Request.Headers.Authorization = "Bearer " + key;
            return guesses.Decide(context.Request, options);
        }

        for (int i = 0; i < AdminGuesses.MostWrong; i++)
        {
            Assert.Equal((false, null), From("192.0.2.1", "fk-wrong"));
            Assert.Equal((false, null), From($"2001:db8::{i:x}", "fk-wrong"));
        }

        Assert.Equal((false, TimeSpan.FromMinutes(1)), From("::ffff:192.0.2.1", AdminSecret));
        Assert.Equal((false, TimeSpan.FromMinutes(1)), From("2001:db8::ffff", AdminSecret));
        Assert.Equal((true, null), From("192.0.2.2", AdminSecret));
        Assert.Equal((true, null), From("2001:db8:0:1::1", AdminSecret));

        // More strangers than are remembered are counted together, and forgotten in time.
        for (int i = 0; i < 5_000; i++)
        {
            From($"10.0.{i / 250}.{i % 250}", "fk-wrong");
        }

        Assert.NotNull(From("10.1.0.1", "fk-wrong").Wait);
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal((true, null), From("10.1.0.1", AdminSecret));
    }

    [Fact]
    public async Task Open_metrics_need_no_key_and_everything_else_does()
    {
        await using var rig = await Rig.StartAsync(Full.Replace("  key_hash", "  open_metrics: true\n  key_hash", StringComparison.Ordinal));

        using var metrics = await rig.GetAsync("/metrics", null);
        using var keys = await rig.GetAsync("/admin/v1/keys", null);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Unauthorized), (metrics.StatusCode, keys.StatusCode));
    }

    [Fact]
    public async Task Keys_breakers_and_budgets_are_told_as_they_are()
    {
        await using var rig = await Rig.StartAsync(Full);
        rig.Gateway.First.Then(Json(401, "{}"));
        (await rig.CallAsync()).Dispose();
        await rig.Gateway.BooksAsync();

        JsonNode keys = (await rig.JsonAsync("/admin/v1/keys"))["providers"]!["openai"]!["keys"]!;
        JsonNode budget = (await rig.JsonAsync("/admin/v1/budgets"))["budgets"]![0]!;
        JsonNode breakers = await rig.JsonAsync("/admin/v1/breakers");

        Assert.Equal(["out", "well"], keys.AsArray().Select(static key => (string)key!["state"]!));
        Assert.NotNull(keys[0]!["until"]);
        Assert.Equal(("b", "total", "0.000006600000"), ((string)budget["name"]!, (string)budget["period"]!, (string)budget["spent_usd"]!));
        Assert.Equal("closed", (string)breakers["providers"]!["anthropic"]!["breaker"]!);
    }

    [Fact]
    public async Task A_model_that_a_key_was_refused_is_told_with_the_key()
    {
        await using var rig = await Rig.StartAsync(Full);
        rig.Gateway.First.Then(Json(403, """{"error":{"message":"","code":"model_not_found"}}"""));
        (await rig.CallAsync()).Dispose();

        JsonNode keys = (await rig.JsonAsync("/admin/v1/keys"))["providers"]!["openai"]!["keys"]!;

        Assert.Equal(["well", "well"], keys.AsArray().Select(static key => (string)key!["state"]!));
        JsonNode refused = Assert.Single(keys[0]!["refused_models"]!.AsArray())!;
        Assert.Equal("gpt-4o-mini", (string)refused["model"]!);
        Assert.NotNull(refused["until"]);
        Assert.Null(keys[1]!["refused_models"]);
    }

    [Fact]
    public async Task Metrics_count_calls_attempts_tokens_and_money_and_hold_no_key()
    {
        await using var rig = await Rig.StartAsync(Full);
        rig.Gateway.First.Then(Json(500, "{}"));
        (await rig.CallAsync()).Dispose();
        (await rig.CallAsync()).Dispose();
        (await rig.CallAsync("openai/brand-new")).Dispose();
        rig.Gateway.Metrics.CacheResult("miss");

        // A call is counted after its last byte, which its client may have read before.
        string text;
        string[] lines;
        do
        {
            using var response = await rig.GetAsync("/metrics", AdminSecret);
            text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            lines = text.Split('\n');
        }
        while (!lines.Any(static line => Has(line, "farthing_calls", "http_response_status_code=\"403\"")));

        // Other tests of this process have meters of the same name; of each line one must be ours.
        Assert.Contains(lines, static line => Has(line, "farthing_calls", "http_route=\"/v1/chat/completions\"", "http_response_status_code=\"200\""));
        Assert.Contains(lines, static line => Has(line, "farthing_calls", "http_response_status_code=\"403\""));
        Assert.Contains(lines, static line => Has(line, "farthing_attempts", "provider=\"openai\"", "model=\"gpt-4o-mini\"", "outcome=\"failed\"", "fault=\"server_error\""));
        Assert.Contains(lines, static line => Has(line, "farthing_attempts", "provider=\"other\"", "outcome=\"answered\""));
        Assert.Contains(lines, static line => Has(line, "farthing_fallbacks", "from=\"openai\"", "to=\"other\""));
        Assert.Contains(lines, static line => Has(line, "farthing_cost", "provider=\"openai\""));
        Assert.Contains(lines, static line => Has(line, "farthing_cache_results", "result=\"miss\""));
        Assert.Contains(lines, static line => Has(line, "farthing_breaker_state", "provider=\"openai\"") && line.Contains("} 0", StringComparison.Ordinal));
        Assert.Contains(lines, static line => Has(line, "farthing_key_state", "provider=\"openai\"", "key=\"PRIMARY\"") && line.Contains("} 1", StringComparison.Ordinal));
        Assert.Contains(lines, static line => Has(line, "farthing_budget_spent", "budget=\"b\""));
        Assert.Contains(lines, static line => Has(line, "farthing_budget_remaining", "budget=\"b\""));
        Assert.Contains(lines, static line => Has(line, "farthing_journal_waiting"));
        Assert.Contains(lines, static line => Has(line, "gen_ai_client_operation_duration_seconds_count", "gen_ai_operation_name=\"chat\"", "gen_ai_provider_name=\"openai\"", "error_type=\"server_error\""));
        Assert.Contains(lines, static line => Has(line, "gen_ai_client_token_usage", "gen_ai_token_type=\"input\"", "gen_ai_request_model=\"gpt-4o-mini\""));
        Assert.DoesNotContain(PrimaryKey, text, StringComparison.Ordinal);
        Assert.DoesNotContain(ClientSecret, text, StringComparison.Ordinal);

        static bool Has(string line, params string[] parts) => line.StartsWith(parts[0], StringComparison.Ordinal) && parts.All(part => line.Contains(part, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_reload_takes_a_good_file_and_keeps_the_last_good_one_over_a_bad_one()
    {
        await using var rig = await Rig.StartAsync(Full);

        rig.Write(rig.Gateway.Text.Replace("retries: 0", "retries: 99", StringComparison.Ordinal) + "\nnonsense: 1\n");
        using var bad = await rig.ReloadAsync();
        JsonNode told = JsonNode.Parse(await bad.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;
        Assert.Equal(HttpStatusCode.UnprocessableEntity, bad.StatusCode);
        Assert.Equal((false, 1, 2), ((bool)told["in_force"]!, (int)told["version"]!, told["errors"]!.AsArray().Count));
        Assert.Contains("unknown key 'nonsense'", rig.Gateway.Log, StringComparison.Ordinal);
        Assert.Equal(2, (await rig.JsonAsync("/admin/v1/configuration"))["last_errors"]!.AsArray().Count);

        rig.Write(rig.Gateway.Text
            .Replace("[openai/gpt-4o-mini, other/gpt-4.1-nano]", "{name: captions, targets: [other/gpt-4.1-nano]}", StringComparison.Ordinal)
            .Replace("listen: \"127.0.0.1:0\"}", "listen: \"127.0.0.1:1\", max_answer_mb: 1}", StringComparison.Ordinal));
        using var good = await rig.ReloadAsync();
        told = JsonNode.Parse(await good.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;
        Assert.Equal((true, 2, "server.listen"), ((bool)told["in_force"]!, (int)told["version"]!, (string)told["needs_restart"]![0]!));
        using var call = await rig.CallAsync("captions");
        Assert.Equal("other", Header(call, "x-farthing-provider"));
        using var ready = await rig.Gateway.Client.GetAsync(new Uri("/ready", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Contains("\"version\":2", await ready.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_the_section_was_taken_out_the_right_key_is_not_called_wrong()
    {
        await using var rig = await Rig.StartAsync(Full);
        rig.Write(rig.Gateway.Text[..rig.Gateway.Text.IndexOf("admin:", StringComparison.Ordinal)]);
        await rig.Reloader.ReloadAsync(onlyIfChanged: true);

        using var refused = await rig.GetAsync("/admin/v1/keys", AdminSecret);

        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Contains("has no 'admin' section", await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_call_under_way_ends_on_the_configuration_that_it_began_on_and_unchanged_providers_keep_their_health()
    {
        await using var rig = await Rig.StartAsync(Full);
        rig.Gateway.First.Then(Json(401, "{}"));
        (await rig.CallAsync()).Dispose();
        var go = new TaskCompletionSource();
        rig.Gateway.First.Then(async context =>
        {
            await go.Task;
            await Json(200, ChatAnswer)(context);
        });
        Task<HttpResponseMessage> under = rig.CallAsync();
        while (rig.Gateway.First.Requests.Count < 3)
        {
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }

        // The provider 'other' goes, openai stays as it is, anthropic changes.
        rig.Write(rig.Gateway.Text
            .Replace("[openai/gpt-4o-mini, other/gpt-4.1-nano]", "[openai/gpt-4o-mini]", StringComparison.Ordinal)
            .Replace("price_as: openai}", "price_as: openai, models: [x]}", StringComparison.Ordinal));
        LlmGateway before = rig.Gateway.Live.Current.Gateway;
        Assert.True((await rig.Reloader.ReloadAsync(onlyIfChanged: true)).IsInForce);
        Assert.Equal(2, (await rig.Reloader.ReloadAsync(onlyIfChanged: true)).Version);
        LlmGateway now = rig.Gateway.Live.Current.Gateway;

        Assert.Same(before.Links["openai"], now.Links["openai"]);
        Assert.NotSame(before.Links["other"], now.Links["other"]);
        Assert.Equal([KeyState.Out, KeyState.Well], now.Links["openai"].Keys.Look().Select(static key => key.State));
        go.SetResult();
        using var ended = await under;
        Assert.Equal(HttpStatusCode.OK, ended.StatusCode);
        using var next = await rig.CallAsync();
        Assert.Equal(HttpStatusCode.OK, next.StatusCode);
    }

    [Fact]
    public async Task A_fault_that_nobody_foresaw_does_not_end_the_watch()
    {
        await using var rig = await Rig.StartAsync(Full);
        var time = new FakeTimeProvider();
        int made = 0;
        using var reloader = rig.NewReloader(time, (next, before) => ++made == 1 ? throw new InvalidOperationException("no such thing") : new LlmGateway(next, rig.Gateway.Means, before));
        using var stop = new CancellationTokenSource();
        Task watching = reloader.RunAsync(stop.Token);

        rig.Write(rig.Gateway.Text + "\n# once\n");
        await PassUntilAsync(() => reloader.Last.Errors.Count > 0);
        Assert.Equal((false, 1, "no such thing"), (reloader.Last.IsInForce, reloader.Last.Version, reloader.Last.Errors[0]));
        Assert.Contains("failed unexpectedly; version 1 is in force: no such thing", rig.Gateway.Log, StringComparison.Ordinal);
        rig.Write(rig.Gateway.Text + "\n# twice\n");
        await PassUntilAsync(() => reloader.Last.Version == 2);
        await stop.CancelAsync();
        await watching;

        async Task PassUntilAsync(Func<bool> isSo)
        {
            while (!isSo())
            {
                Assert.False(watching.IsCompleted);
                time.Advance(TimeSpan.FromSeconds(2));
                await Task.Delay(5, TestContext.Current.CancellationToken);
            }
        }
    }

    [Fact]
    public async Task A_changed_provider_keeps_the_health_of_the_keys_that_it_keeps()
    {
        await using var rig = await Rig.StartAsync(Full);
        rig.Gateway.First.Then(Json(401, "{}")).Then(Json(429, "{}", ("retry-after", "600")));
        (await rig.CallAsync()).Dispose();

        rig.Write(rig.Gateway.Text.Replace("weight: 0.3", "weight: 0.4", StringComparison.Ordinal));
        await rig.Reloader.ReloadAsync(onlyIfChanged: true);

        Assert.Equal([KeyState.Out, KeyState.Cooling], rig.Gateway.Live.Current.Gateway.Links["openai"].Keys.Look().Select(static key => key.State));
    }

    /// <summary>A gateway with its admin's port and a configuration file.</summary>
    private sealed class Rig : IAsyncDisposable
    {
        private readonly string _path;
        private readonly MeterProvider _collected;
        private readonly WebApplication _server;
        private readonly HttpClient _client = new();

        private Rig(GatewayRig gateway, TimeProvider time)
        {
            Gateway = gateway;
            _path = Path.Combine(gateway.Folder, "gateway.yaml");
            Write(gateway.Text);
            Reloader = NewReloader(TimeProvider.System, (next, before) => new LlmGateway(next, gateway.Means, before));
            GatewayGauges.Add(gateway.Metrics, gateway.Live);
            _collected = AdminServer.Collect();
            _server = AdminServer.Build(gateway.Live, Reloader, _collected, gateway.Logs, time, new IPEndPoint(IPAddress.Loopback, 0));
        }

        public GatewayRig Gateway { get; }

        public ConfigurationReloader Reloader { get; }

        public static async Task<Rig> StartAsync(string yaml, TimeProvider? time = null)
        {
            var rig = new Rig(await GatewayRig.StartAsync(yaml), time ?? TimeProvider.System);
            await rig._server.StartAsync();
            rig._client.BaseAddress = new Uri(rig._server.Urls.First());
            return rig;
        }

        public ConfigurationReloader NewReloader(TimeProvider time, Func<GatewayConfiguration, LlmGateway, LlmGateway> make) => new(
            _path, Gateway.Live, static text => GatewayConfiguration.Parse(text, "gateway.yaml", Variable), make, time, Gateway.Logs.CreateLogger<ConfigurationReloader>());

        public void Write(string text) => File.WriteAllText(_path, text);

        public Task<HttpResponseMessage> GetAsync(string path, string? key) => SendAsync(HttpMethod.Get, path, key);

        public Task<HttpResponseMessage> ReloadAsync() => SendAsync(HttpMethod.Post, "/admin/v1/reload", AdminSecret);

        public async Task<JsonNode> JsonAsync(string path)
        {
            using var response = await GetAsync(path, AdminSecret);
            return JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;
        }

        public Task<HttpResponseMessage> CallAsync(string model = "gpt-4o-mini") =>
            Gateway.PostAsync("/v1/chat/completions", Chat(model), ("Authorization", "Bearer " + ClientSecret));

        public async ValueTask DisposeAsync()
        {
            _client.Dispose();
            await _server.DisposeAsync();
            _collected.Dispose();
            Reloader.Dispose();
            await Gateway.DisposeAsync();
        }

        private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? key)
        {
            using var request = new HttpRequestMessage(method, path);
            request.Headers.Authorization = key is null ? null : new AuthenticationHeaderValue("Bearer", key);
            return await _client.SendAsync(request, TestContext.Current.CancellationToken);
        }
    }
}
