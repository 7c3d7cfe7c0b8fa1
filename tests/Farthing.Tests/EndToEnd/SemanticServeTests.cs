using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Farthing.Commands;
using Farthing.Terminal;
using Farthing.Tests.Gateway.Serving;
using Farthing.Tests.Goldens;
using Farthing.Tests.Host;
using Farthing.Tests.Rendering;
using Farthing.Tests.Rendering.Embeddings;
using Spectre.Console.Testing;
using static Farthing.Tests.Gateway.Caching.ExactCacheTests;
using static Farthing.Tests.Gateway.Serving.FakeProvider;
using static Farthing.Tests.Gateway.Serving.FallbackTests;

namespace Farthing.Tests.EndToEnd;

/// <summary><c>farthing serve</c> with the sentence embedder of the repository, from the configuration to the store, and <c>farthing cache stats</c> of what it did.</summary>
public sealed partial class SemanticServeTests : IAsyncLifetime
{
    private const string Asked = "Describe a red ceramic mug on a white oak table, 30 cm tall.";
    private const string Hello = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"A mug.\"}}]}\n\n";
    private const string Stop = "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";
    private const string Usage = "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":20,\"completion_tokens\":7,\"total_tokens\":27}}\n\n";
    private const string Done = "data: [DONE]\n\n";

    private readonly ScratchFolder _folder = new();
    private readonly TestConsole _result = new TestConsole().Width(300);
    private readonly TestConsole _notes = new TestConsole().Width(300);
    private CancellationTokenSource _stop = new();
    private readonly HttpClient _client = new();
    private FakeProvider _provider = null!;
    private Task<int>? _serving;

    public async ValueTask InitializeAsync() => _provider = await FakeProvider.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _client.Dispose();
        await _provider.DisposeAsync();
        _result.Dispose();
        _notes.Dispose();
        _stop.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("redis")]
    [InlineData("garnet")]
    public async Task Paraphrases_hit_changed_facts_miss_and_the_statistics_say_so(string store)
    {
        await ServeAsync(store);
        JsonNode before = await StatsAsync();
        Assert.Equal("miss", (await AskAsync(Asked)).Word);

        foreach (string paraphrase in new[]
        {
            "Please describe a red ceramic mug on a white oak table, 30 cm tall.",
            "describe a red ceramic mug on a white oak table, 300 mm tall",
            "Describe a red ceramic mug on a white oak table, 30 centimetres tall.",
        })
        {
            var (word, similarity, answer) = await AskAsync(paraphrase);
            Assert.Equal(("semantic", ChatAnswer), (word, answer));
            Assert.InRange(similarity!.Value, 0.8, 1);
        }

        foreach (string other in new[]
        {
            "Describe a red ceramic mug on a white oak table, 40 cm tall.",
            "Describe a red ceramic mug without a white oak table, 30 cm tall.",
            "Describe a blue ceramic mug on a white oak table, 30 cm tall.",
        })
        {
            // Near enough for the cosine alone: the guard is what refuses.
            var (word, similarity, _) = await AskAsync(other, "read-only");
            Assert.Equal("miss", word);
            Assert.InRange(similarity!.Value, 0.8, 1);
        }

        Assert.Equal("exact", (await AskAsync(Asked)).Word);
        Assert.Equal(4, _provider.Requests.Count);
        await StopAsync();

        JsonNode stats = await StatsAsync();
        long More(params string[] path) => At(stats, path) - At(before, path);
        Assert.Equal((1L, 1L), (More("entries"), More("by_meaning")));
        Assert.InRange(More("bytes"), 500, 5_000);
        Assert.Equal((1L, 3L, 4L), (More("counts", "exact"), More("counts", "semantic"), More("counts", "miss")));
        Assert.Equal((1L, 1L, 1L), (More("refused", "measure"), More("refused", "negation"), More("refused", "colour")));

        // A hit avoids what the answer cost: 12 × $0.15, 8 × $0.075 and 7 × $0.60 a million.
        Assert.Equal([("exact", 1L, "0.000006600000"), ("semantic", 3L, "0.000019800000")],
            stats["avoided"]!.AsArray().Select(static row => ((string)row!["cache"]!, (long)row["hits"]!, (string)row["usd"]!)));
    }

    [Fact]
    public async Task A_stream_is_replayed_to_another_wording_and_outlives_the_process()
    {
        await ServeAsync("sqlite");
        _provider.Then(Events(cut: false, Hello, Stop, Usage, Done));
        Assert.Equal(("miss", Hello + Stop + Done), await StreamAsync(Asked));
        Assert.Equal(("semantic", Hello + Stop + Done), await StreamAsync("Please describe a red ceramic mug on a white oak table, 30 cm tall."));
        Assert.Equal("miss", (await AskAsync("Please describe a red ceramic mug on a white oak table, 30 cm tall.", "read-only")).Word);
        await StopAsync();

        await ServeAsync("sqlite");
        (string, string) again;
        do
        {
            // The index is read behind the start.
            again = await StreamAsync("Describe a red ceramic mug on a white oak table, 30 cm tall, please.", "read-only");
        }
        while (again.Item1 == "miss");
        Assert.Equal(("semantic", Hello + Stop + Done), again);
    }

    private async Task ServeAsync(string store)
    {
        string config = _folder.File("gateway.yaml");
        await File.WriteAllTextAsync(config, $$$"""
            providers: {openai: {base_url: "{{{_provider.Url}}}", keys: [{value: sk-semantic-serve}]}}
            semantic_cache: {enabled: true, similarity_threshold: 0.8, store: "{{{Address(store)}}}"}
            server: {listen: "127.0.0.1:0"}
            """, TestContext.Current.CancellationToken);
        _stop.Dispose();
        _stop = new CancellationTokenSource();
        int before = _result.Output.Length;
        _serving = new ServeRun(Host()) { Config = config, Data = _folder.File("data") }.RunAsync(_stop.Token);
        Match match;
        while (!(match = Listening().Match(_result.Output[before..])).Success)
        {
            Assert.False(_serving.IsCompleted, _notes.Output);
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }

        Url = match.Groups[1].Value;
        Assert.DoesNotContain("no embedder", _notes.Output, StringComparison.Ordinal);
    }

    private string Url { get; set; } = "";

    private static string Address(string store) => store switch
    {
        // A database of its own each: other tests use the first one at the same time.
        "redis" => RedisServer.Shared + "/9",
        "garnet" => GarnetServer.Shared + "/9",
        _ => store,
    };

    private async Task StopAsync()
    {
        if (_serving is { } serving)
        {
            _serving = null;
            await _stop.CancelAsync();
            Assert.Equal(ExitCodes.Done, await serving);
        }
    }

    private async Task<JsonNode> StatsAsync()
    {
        using var rig = new HostRig();
        rig.Set("FARTHING_HOME", Golden.RepositoryRoot);
        Assert.Equal(0, await rig.RunAsync("cache", "stats", "--gateway", _folder.File("gateway.yaml"), "--data", _folder.File("data"), "--json"));
        return JsonNode.Parse(rig.Result.Output)!;
    }

    private static long At(JsonNode stats, string[] path) => (long?)path.Aggregate((JsonNode?)stats, static (node, name) => node?[name]) ?? 0;

    private async Task<(string? Word, double? Similarity, string Body)> AskAsync(string text, string cache = "")
    {
        using var response = await PostAsync(text, "", cache);
        double? similarity = Header(response, "x-farthing-similarity") is { } found ? double.Parse(found, CultureInfo.InvariantCulture) : null;
        return (Header(response, "x-farthing-cache"), similarity, await TextAsync(response));
    }

    private async Task<(string, string)> StreamAsync(string text, string cache = "")
    {
        using var response = await PostAsync(text, ",\"stream\":true", cache);
        return (Header(response, "x-farthing-cache")!, await TextAsync(response));
    }

    private async Task<HttpResponseMessage> PostAsync(string text, string more, string cache)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Url + "/v1/chat/completions")
        {
            Content = new StringContent($$"""{"model":"gpt-4o-mini","messages":[{"role":"user","content":"{{text}}"}]{{more}}}""", Encoding.UTF8, "application/json"),
        };
        if (cache.Length > 0)
        {
            request.Headers.Add("x-farthing-cache", cache);
        }

        return await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
    }

    private Farthing.Host Host() => new(
        new Screen(_result, _notes, isLive: false),
        new Places(static name => name == "FARTHING_HOME" ? Golden.RepositoryRoot : null, _folder.FullName, _folder.FullName, _folder.FullName),
        TimeProvider.System);

    [GeneratedRegex("Listening on (http://[0-9.:]+)")]
    private static partial Regex Listening();
}
