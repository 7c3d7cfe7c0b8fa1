using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Farthing.Gateway;
using Farthing.Gateway.Booking;
using Farthing.Gateway.Configuration;
using Farthing.Gateway.Telemetry;
using Farthing.Ledger.Chain;
using Farthing.Ledger.Posting;
using Farthing.Ledger.Prices;
using Farthing.Ledger.Storage;
using Farthing.Serving;
using Farthing.Serving.Live;
using Farthing.Serving.Usage;
using Farthing.Tests.Ledger;
using Farthing.Tests.Rendering;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Farthing.Tests.Host.Serving.Usage;

/// <summary>A server that takes usage only, in this process on a port of its own, with a ledger of its own and a clock that stands still.</summary>
internal sealed class UsageRig : IAsyncDisposable
{
    public const string Prices =
        """
        prices:
          - { id: gpu-1, resource: gpu/h100, meter: device-time, unit: gpu-hour, usd: "2.69", from: 2026-01-01 }
          - { id: in-1, resource: llm/openai/gpt-4o-mini, meter: input-tokens, unit: million-tokens, usd: "0.15", from: 2026-01-01 }
          - { id: cached-1, resource: llm/openai/gpt-4o-mini, meter: cached-input-tokens, unit: million-tokens, usd: "0.075", from: 2026-01-01 }
          - { id: out-1, resource: llm/openai/gpt-4o-mini, meter: output-tokens, unit: million-tokens, usd: "0.6", from: 2026-01-01 }
          - { id: in-5, resource: llm/openai/gpt-5, meter: input-tokens, unit: million-tokens, usd: "0.15", from: 2026-01-01 }
          - { id: cached-5, resource: llm/openai/gpt-5, meter: cached-input-tokens, unit: million-tokens, usd: "0.075", from: 2026-01-01 }
          - { id: in-2, resource: "llm/openai/gpt-5#above-200k", meter: input-tokens, unit: million-tokens, usd: "0.3", from: 2026-01-01 }
          - { id: out-2, resource: "llm/openai/gpt-5#above-200k", meter: output-tokens, unit: million-tokens, usd: "1.2", from: 2026-01-01 }
          - { id: in-3, resource: "llm/openai/gpt-5#priority", meter: input-tokens, unit: million-tokens, usd: "0.25", from: 2026-01-01 }
          - { id: put-1, resource: storage/s3, meter: puts, unit: thousand-operations, usd: "0.005", from: 2026-01-01 }
          - { id: up-1, resource: studio, meter: x-upscales, unit: thousand-upscales, usd: "2", from: 2026-01-01 }
        """;

    public static readonly DateTimeOffset Noon = new(2026, 3, 4, 12, 0, 0, TimeSpan.Zero);

    private readonly ScratchFolder _folder = new();
    private readonly PostgresSchema? _schema;
    private readonly AttemptJournal _journal;
    private readonly LlmGateway _gateway;
    private readonly GatewayMetrics _metrics = new();
    private readonly LiveGateway _live;
    private readonly UsageServing _usage;
    private readonly WebApplication _server;
    private readonly CancellationTokenSource _stop = new();
    private Task? _receiving;

    private UsageRig(StoreKind kind, string yaml, TimeProvider? time)
    {
        TimeProvider clock = time ?? Time;
        _schema = kind == StoreKind.Postgres ? new PostgresSchema() : null;
        Store = LedgerStore.Open(_schema?.Address ?? _folder.File("farthing.db"));
        ILoggerFactory log = NullLoggerFactory.Instance;
        _journal = AttemptJournal.Open(_folder.File("journal"), "rig");
        var configuration = GatewayConfiguration.Parse(yaml + "\nserver: {listen: \"127.0.0.1:0\"}\n", "usage.yaml", static _ => null);
        PriceBook book = PriceBook.Parse(Prices);
        _gateway = new LlmGateway(configuration, new GatewayMeans(_journal, book, clock, static () => 0, log));
        _live = new LiveGateway(_gateway, "rig", new ServingMeans(log, clock, static () => "r", _metrics));
        _usage = UsageServing.Open(configuration.Usage, () => _live.Current.Gateway.Clients, Store, new RecordedPrices(Store, () => new PriceStore(Store, clock).Layered(book)), clock, log)!;
        _server = GatewayServer.Build(_live, log);
        _usage.Map(_server);
    }

    public LedgerStore Store { get; }

    public FakeTimeProvider Time { get; } = new(Noon);

    /// <summary>Events that wait to be written.</summary>
    public int Queued => _usage.Queue.Count;

    public HttpClient Client { get; private set; } = null!;

    public static async Task<UsageRig> StartAsync(StoreKind kind, string yaml = "usage: {}", bool isWriting = true, TimeProvider? time = null)
    {
        var rig = new UsageRig(kind, yaml, time);
        await rig._server.StartAsync(TestContext.Current.CancellationToken);
        rig.Client = new HttpClient { BaseAddress = new Uri(rig._server.Urls.First()) };
        rig._receiving = isWriting ? rig._usage.Queue.RunAsync(rig._stop.Token) : null;
        return rig;
    }

    /// <summary>An event as JSON; <paramref name="more"/> are further fields of the envelope.</summary>
    public static string Event(string id, string type, string data, string time = "2026-03-04T12:00:00Z", string source = "/tests", string more = "") =>
        $$"""{"specversion":"1.0","source":"{{source}}","id":"{{id}}","type":"{{type}}","time":"{{time}}"{{more}},"data":{{data}}}""";

    public static string Tokens(string id, long tokens = 1_000_000, string time = "2026-03-04T12:00:00Z", string render = "r1") => Event(
        id, "farthing.usage", $$$"""{"run":"run-1","render":"{{{render}}}","stage":"caption","resource":"llm/openai/gpt-4o-mini","meters":{"input-tokens":{{{tokens}}}}}""", time);

    public async Task<(int Status, JsonElement Body)> PostAsync(
        string body, string type = "application/cloudevents+json", string path = "/v1/usage", string? key = null, params (string Name, string Value)[] headers)
    {
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        return await PostAsync(content, type, path, key, headers);
    }

    public async Task<(int Status, JsonElement Body)> PostAsync(
        HttpContent content, string type, string path = "/v1/usage", string? key = null, params (string Name, string Value)[] headers)
    {
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
        request.Headers.Authorization = key is null ? null : new AuthenticationHeaderValue("Bearer", key);
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await Client.SendAsync(request, TestContext.Current.CancellationToken);
        string text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return ((int)response.StatusCode, text.Length == 0 ? default : JsonDocument.Parse(text).RootElement);
    }

    public Task<(int Status, JsonElement Body)> BatchAsync(params string[] events) =>
        PostAsync($"[{string.Join(',', events)}]", "application/cloudevents-batch+json");

    public static string[] Statuses(JsonElement body) => [.. body.GetProperty("events").EnumerateArray().Select(static each => each.GetProperty("status").GetString()!)];

    public long Count(string table) => Store.Read(transaction => transaction.Scalar<long>($"SELECT count(*) FROM {table}"));

    public long Amount() => Store.Read(static transaction => transaction.Scalar<long>("SELECT CAST(coalesce(sum(amount), 0) AS BIGINT) FROM transfers"));

    public IReadOnlyList<(string Render, string Meter, long Quantity)> Charges() => Store.Read(static transaction => (IReadOnlyList<(string, string, long)>)
        [.. transaction.Query<(string, string, long)>("SELECT coalesce(render_id, ''), meter, quantity FROM charges ORDER BY seq")]);

    public LeaseBalance Lease(string id)
    {
        using var journal = Journal.Open(Store, PriceBook.Parse(Prices));
        return Store.Read(transaction => journal.Leases.Reconcile(transaction, id));
    }

    public void AssertWhole() => Assert.Empty(LedgerVerifier.Verify(Store).Problems);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _server.StopAsync(CancellationToken.None);
        await _stop.CancelAsync();
        await (_receiving ?? Task.CompletedTask);
        await _server.DisposeAsync();
        _usage.Dispose();
        await _live.DisposeAsync();
        _metrics.Dispose();
        _journal.Dispose();
        Store.Dispose();
        _schema?.Dispose();
        _stop.Dispose();
        _folder.Dispose();
    }
}
