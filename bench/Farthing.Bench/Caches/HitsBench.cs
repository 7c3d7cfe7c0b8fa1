using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Farthing.Gateway;
using Farthing.Gateway.Booking;
using Farthing.Gateway.Caching;
using Farthing.Gateway.Configuration;
using Farthing.Gateway.Telemetry;
using Farthing.Ledger.Prices;
using Farthing.Serving;
using Farthing.Serving.Live;
using Farthing.Simulation.Scenarios;
using Farthing.Simulation.Serving;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging.Abstractions;

namespace Farthing.Bench.Caches;

/// <summary>
/// Semantic hits through the whole server: HTTP, the embedding, the lookup, the guard, the answer, the journal. Provider, gateway and
/// clients share this process and its cores.
/// </summary>
internal static class HitsBench
{
    private const int Kept = 500;
    private const int Courtesies = 4;

    public static async Task RunAsync(string model, string[] texts)
    {
        string folder = Directory.CreateTempSubdirectory("farthing-caches").FullName;
        await using SimulatorServer provider = await SimulatorServer.StartAsync(new Scenario(), new IPEndPoint(IPAddress.Loopback, 0), TimeProvider.System, CancellationToken.None);
        var configuration = GatewayConfiguration.Parse(
            $"providers: {{sim: {{base_url: \"{provider.Address.GetLeftPart(UriPartial.Authority)}/v1\"}}}}\nsemantic_cache: {{enabled: true, similarity_threshold: 0.8}}\nserver: {{listen: \"127.0.0.1:0\"}}",
            "bench",
            static _ => null);
        var log = NullLoggerFactory.Instance;
        await using (var embedder = new LocalEmbedder(model))
        await using (var answers = new AnswerCache(configuration.SemanticCache, SqliteAnswerStore.Open(folder, 1 << 30, TimeProvider.System), TimeProvider.System, NullLogger<AnswerCache>.Instance))
        {
            using var journal = AttemptJournal.Open(folder, "bench");
            int ids = 0;
            using var metrics = new GatewayMetrics();
            string NewId() => string.Create(CultureInfo.InvariantCulture, $"b{Interlocked.Increment(ref ids)}");
            var gateway = new LlmGateway(configuration, new GatewayMeans(journal, PriceBook.Default(), TimeProvider.System, static () => 0, log)
            {
                Caches = new CacheMeans(answers) { Embedder = embedder, Guards = GuardSet.Load(configuration.SemanticCache, folder) },
            });
            await using var live = new LiveGateway(gateway, "bench", new ServingMeans(log, TimeProvider.System, NewId, metrics));
            await using WebApplication server = GatewayServer.Build(live, log);
            await server.StartAsync();
            using var client = new HttpClient { BaseAddress = new Uri(server.Urls.First()) };
            string[] kept = [.. texts.Take(Kept)];
            foreach (string text in kept)
            {
                await AskAsync(client, text, "");
            }

            await OneAsync(client, kept, "exact", "", null);
            await OneAsync(client, kept, "semantic", "semantic", 5);
            await ManyAsync(client, kept, "semantic");
            await server.StopAsync();
        }

        Directory.Delete(folder, recursive: true);
    }

    private static async Task OneAsync(HttpClient client, string[] texts, string word, string type, double? asked)
    {
        List<double> times = [];
        int hits = 0;
        for (int i = 0; i < 1_000; i++)
        {
            long start = Stopwatch.GetTimestamp();
            hits += await AskAsync(client, Worded(texts, i, word), type) == word ? 1 : 0;
            if (i >= 100)
            {
                times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }
        }

        times.Sort();
        double p95 = times[times.Count * 95 / 100];
        CachesBench.Line($"{word} hit at 1 client, p95 (p50 {times[times.Count / 2]:0.00} ms, {hits / 10.0:0.0}% hits)", asked is null ? "-" : $"<= {asked} ms", $"{p95:0.00} ms", asked is null || p95 <= asked);
    }

    private static async Task ManyAsync(HttpClient client, string[] texts, string word)
    {
        int hits = 0, made = 0;
        var clock = Stopwatch.StartNew();
        await Parallel.ForAsync(0, 4_000, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (i, _) =>
        {
            Interlocked.Increment(ref made);
            if (await AskAsync(client, Worded(texts, i, word), word) == word)
            {
                Interlocked.Increment(ref hits);
            }
        });
        double rate = hits / clock.Elapsed.TotalSeconds;
        CachesBench.Line($"{word} hits at 8 clients on {Environment.ProcessorCount} cores ({100.0 * hits / made:0.0}% hits)", ">= 400/s", $"{rate:0}/s", rate >= 400);
    }

    /// <summary>The same with a courtesy: another text, with another embedding, that says the same.</summary>
    private static string Worded(string[] texts, int i, string word) => word == "exact" ? texts[i % texts.Length] : (i % Courtesies) switch
    {
        0 => "Please: " + texts[i % texts.Length],
        1 => texts[i % texts.Length] + ", please",
        2 => texts[i % texts.Length] + ". Thank you!",
        _ => texts[i % texts.Length] + " - thanks",
    };

    private static async Task<string?> AskAsync(HttpClient client, string text, string type)
    {
        string body = $"{{\"model\":\"sim/gpt-4o-mini\",\"messages\":[{{\"role\":\"system\",\"content\":\"Write an image prompt.\"}},{{\"role\":\"user\",\"content\":{JsonSerializer.Serialize(text)}}}]}}";
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        if (type.Length > 0)
        {
            request.Headers.Add("x-bf-cache-type", type);
            request.Headers.Add("x-farthing-cache", "read-only");
        }

        using HttpResponseMessage response = await client.SendAsync(request);
        await response.Content.ReadAsByteArrayAsync();
        return response.EnsureSuccessStatusCode().Headers.TryGetValues("x-farthing-cache", out var words) ? words.Single() : null;
    }
}
