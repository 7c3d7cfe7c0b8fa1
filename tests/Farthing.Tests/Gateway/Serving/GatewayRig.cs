using System.Text;
using Dapper;
using Farthing.Gateway;
using Farthing.Gateway.Booking;
using Farthing.Gateway.Bridging;
using Farthing.Gateway.Budgets;
using Farthing.Gateway.Caching;
using Farthing.Gateway.Configuration;
using Farthing.Gateway.Telemetry;
using Farthing.Ledger.Prices;
using Farthing.Ledger.Storage;
using Farthing.Serving;
using Farthing.Serving.Live;
using Farthing.Serving.Template;
using Farthing.Terminal;
using Farthing.Tests.Rendering;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Spectre.Console.Testing;

namespace Farthing.Tests.Gateway.Serving;

/// <summary>A gateway in this process on a port of its own, between two fake providers, with a ledger in a folder of its own.</summary>
internal sealed class GatewayRig : IAsyncDisposable
{
    public const string PrimaryKey = "sk-test-primary-11aa", BackupKey = "sk-test-backup-22bb", AnthropicKey = "sk-test-anthropic-33cc", OtherKey = "sk-test-other-44dd";

    private readonly ScratchFolder _folder = new();
    private readonly TestConsole _console = new TestConsole().Width(500);
    private readonly CancellationTokenSource _stop = new();
    private readonly SqliteFile _file;
    private readonly AttemptPoster _poster;
    private readonly AttemptJournal _journal;
    private readonly ILoggerFactory _log;
    private readonly WebApplication _server;
    private readonly AnswerCache? _answers;
    private readonly Screen _screen;
    private Task? _booking;
    private int _ids;

    private GatewayRig(string yaml, FakeProvider first, FakeProvider second, ITextEmbedder? embedder, TimeProvider time, IAnswerStore? store)
    {
        (First, Second) = (first, second);
        _screen = new Screen(_console, _console, isLive: false);
        _log = LoggerFactory.Create(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(new ScreenLog(_screen, TimeProvider.System)));
        _file = SqliteFile.Open(_folder.File("farthing.db"));
        _poster = AttemptPoster.Open(_file, PriceBook.Default());
        _journal = AttemptJournal.Open(_folder.File("journal"), "rig");
        Text = yaml.Replace("FIRST", first.Url, StringComparison.Ordinal).Replace("SECOND", second.Url, StringComparison.Ordinal);
        var configuration = GatewayConfiguration.Parse(Text, "gateway.yaml", Variable);
        if (configuration.SemanticCache.Enabled)
        {
            _answers = new AnswerCache(configuration.SemanticCache, store ?? SqliteAnswerStore.Open(_folder.File("cache"), 1 << 20, time), time, _log.CreateLogger<AnswerCache>());
        }

        Means = new GatewayMeans(_journal, PriceBook.Default(), time, static () => 0, _log)
        {
            Bridges = TranslationBridge.All(TimeProvider.System),
            Budgets = new BudgetDesk(_file, _journal.Session, TimeProvider.System, NullLogger<BudgetDesk>.Instance),
            Metrics = Metrics,
            Caches = _answers is null ? null : new CacheMeans(_answers) { Embedder = embedder, Guards = GuardSet.Load(configuration.SemanticCache, _folder.FullName) },
            Connect = static (provider, resilience) => TemplateHandler.Connect(provider, resilience, TimeProvider.System),
        };
        Gateway = new LlmGateway(configuration, Means);
        Live = new LiveGateway(Gateway, ConfigurationReloader.HashOf(Text), new ServingMeans(_log, TimeProvider.System, () => $"r{Interlocked.Increment(ref _ids)}", Metrics));
        _server = GatewayServer.Build(Live, _log);
    }

    /// <summary>Two providers of OpenAI's shape and one of Anthropic's, behind the same two servers; quick to give up.</summary>
    public const string Yaml =
        """
        providers:
          openai:
            base_url: FIRST
            keys: [{value: env.PRIMARY, weight: 0.7}, {value: env.BACKUP, weight: 0.3}]
          other: {base_url: SECOND, keys: [{value: env.OTHER}], price_as: openai}
          anthropic: {base_url: FIRST, keys: [{value: env.ANTHROPIC}]}
        fallbacks:
          - [openai/gpt-4o-mini, other/gpt-4.1-nano]
        resilience: {retries: 0, retry_delay_seconds: 0, attempt_seconds: 20, total_seconds: 60, stream_idle_seconds: 20, breaker_minimum: 1000}
        server: {listen: "127.0.0.1:0"}
        """;

    public FakeProvider First { get; }

    public FakeProvider Second { get; }

    public LlmGateway Gateway { get; }

    /// <summary>The configuration as it was read.</summary>
    public string Text { get; }

    public GatewayMeans Means { get; }

    public GatewayMetrics Metrics { get; } = new();

    public LiveGateway Live { get; }

    public ILoggerFactory Logs => _log;

    public HttpClient Client { get; private set; } = null!;

    public string Folder => _folder.FullName;

    public string Log
    {
        get
        {
            // As ScreenLog does while it writes.
            lock (_screen)
            {
                return _console.Output;
            }
        }
    }

    public static string? Variable(string name) => name switch
    {
        "PRIMARY" => PrimaryKey,
        "BACKUP" => BackupKey,
        "ANTHROPIC" => AnthropicKey,
        "OTHER" => OtherKey,
        _ => null,
    };

    public static async Task<GatewayRig> StartAsync(string yaml = Yaml, ITextEmbedder? embedder = null, TimeProvider? time = null, IAnswerStore? store = null)
    {
        var rig = new GatewayRig(yaml, await FakeProvider.StartAsync(), await FakeProvider.StartAsync(), embedder, time ?? TimeProvider.System, store);
        await rig._server.StartAsync();
        rig.Client = new HttpClient { BaseAddress = new Uri(rig._server.Urls.First()) };
        rig._booking = new LedgerWriter(rig._poster, TimeProvider.System, NullLogger<LedgerWriter>.Instance).RunAsync(rig._journal, rig._stop.Token);
        return rig;
    }

    public static string Chat(string model = "gpt-4o-mini", string more = "") =>
        $$"""{"model":"{{model}}","messages":[{"role":"user","content":"Describe a red mug."}]{{more}}}""";

    public async Task<HttpResponseMessage> PostAsync(string path, string body, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
    }

    /// <summary>Posts what is written down and reads the ledger. The gateway books nothing after that.</summary>
    public async Task<IReadOnlyList<BookedAttempt>> BooksAsync()
    {
        await _stop.CancelAsync();
        await _booking!;
        return _file.Read(transaction => transaction.Connection!.Query<BookedAttempt>(
            """
            SELECT request_id AS Request, attempt AS Attempt, provider AS Provider, model AS Model, key_id AS Key, client AS Client, tags AS Tags, outcome AS Outcome,
                fault AS Fault, status AS Status, input AS Input, cached_input AS Cached, cache_write AS Written, output AS Output, reasoning AS Reasoning, estimated AS Estimated
            FROM gateway_attempts ORDER BY started_at, request_id, attempt
            """).ToList());
    }

    /// <summary>The charges' tokens by resource and meter, and how many have a price.</summary>
    public IReadOnlyList<(string Resource, string Meter, long Quantity, long Priced)> Charges() => _file.Read(transaction => transaction.Connection!
        .Query<(string, string, long, long)>(
            "SELECT resource, meter, sum(quantity), count(amount) FROM charges LEFT JOIN transfers ON charge_seq = seq GROUP BY resource, meter ORDER BY resource, meter")
        .ToList());

    /// <summary>What hits avoided: the request, the meter, the tokens, 1e-12 USD and the evidence.</summary>
    public IReadOnlyList<(string Request, string Meter, long Quantity, long? Amount, string Evidence)> Memos() => _file.Read(transaction => transaction.Connection!
        .Query<(string, string, long, long?, string)>("SELECT render_id, meter, quantity, amount, evidence FROM memos WHERE run_id = 'gateway' AND stage = 'llm_call' ORDER BY seq")
        .ToList());

    /// <summary>The sum of all charges in 1e-12 USD.</summary>
    public long Amount() => _file.Read(transaction => transaction.Connection!.ExecuteScalar<long>("SELECT coalesce(sum(amount), 0) FROM transfers"));

    /// <summary>A number that the ledger's file holds.</summary>
    public long Scalar(string sql) => _file.Read(transaction => transaction.Connection!.ExecuteScalar<long>(sql));

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _stop.CancelAsync();
        await _booking!;
        await _server.DisposeAsync();
        await Live.DisposeAsync();
        Metrics.Dispose();
        if (_answers is not null)
        {
            await _answers.DisposeAsync();
        }

        _journal.Dispose();
        _poster.Dispose();
        List<string> atOdds = [];
        _file.Read(transaction =>
        {
            new AttemptAudit().Check(transaction, (where, what) => atOdds.Add($"{where} {what}"));
            return true;
        });
        _file.Dispose();
        _log.Dispose();
        await First.DisposeAsync();
        await Second.DisposeAsync();
        _console.Dispose();
        _stop.Dispose();
        _folder.Dispose();

        // Whatever a test does, its attempts and their charges say the same.
        Assert.Empty(atOdds);
    }
}

internal sealed record BookedAttempt(
    string Request, long Attempt, string Provider, string Model, string Key, string Client, string Tags, string Outcome, string Fault, long Status,
    long Input, long Cached, long Written, long Output, long Reasoning, long Estimated);
