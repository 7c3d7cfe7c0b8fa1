using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Farthing.Gateway.Booking;
using Farthing.Ledger.Chain;
using Farthing.Ledger.Storage;
using Farthing.Tests.Gateway.Serving;
using Farthing.Tests.Ledger;
using Farthing.Tests.Rendering;

namespace Farthing.Tests.EndToEnd;

/// <summary>Two <c>farthing serve</c> in processes of their own with one ledger and one budget of $10, in front of one provider.</summary>
public sealed partial class SharedBudgetTests : IAsyncLifetime
{
    private const long Limit = 10_000_000_000_000;

    // 1,000 tokens at $20 a million and 10 at $1,000 a million; at most 1,024 and the body's bytes, and the same answer.
    private const long Cost = 30_000_000_000;
    private const string Answer =
        """{"id":"c1","object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant","content":"A mug."},"finish_reason":"stop"}],"usage":{"prompt_tokens":1000,"completion_tokens":10,"total_tokens":1010}}""";

    private readonly ScratchFolder _folder = new();
    private readonly HttpClient _client = new(new SocketsHttpHandler { MaxConnectionsPerServer = 200 }) { Timeout = TimeSpan.FromMinutes(5) };
    private readonly List<FarthingProcess> _processes = [];
    private FakeProvider _provider = null!;

    public async ValueTask InitializeAsync()
    {
        _provider = await FakeProvider.StartAsync();
        _provider.Usual = FakeProvider.Json(200, Answer);
        await File.WriteAllTextAsync(_folder.File("gateway.yaml"), $$$"""
            providers: {openai: {base_url: "{{{_provider.Url}}}", keys: [{value: sk-shared-budget}]}}
            budgets: [{name: shared, scope: all, limit_usd: "10.00", period: total}]
            resilience: {retries: 0, total_seconds: 300, attempt_seconds: 300}
            server: {listen: "127.0.0.1:0"}
            """);
        await File.WriteAllTextAsync(_folder.File("prices.yaml"), """
            prices:
              - {id: in, resource: llm/openai/gpt-4o-mini, meter: input-tokens, unit: million-tokens, usd: "20", from: 2020-01-01}
              - {id: out, resource: llm/openai/gpt-4o-mini, meter: output-tokens, unit: million-tokens, usd: "1000", from: 2020-01-01}
            """);
    }

    public async ValueTask DisposeAsync()
    {
        _processes.ForEach(static process => process.Dispose());
        _client.Dispose();
        await _provider.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(StoreKind.Sqlite)]
    [InlineData(StoreKind.Postgres)]
    public async Task A_thousand_calls_at_once_at_two_processes_never_settle_above_the_limit(StoreKind kind)
    {
        using PostgresSchema? schema = kind == StoreKind.Postgres ? new PostgresSchema() : null;

        // With PostgreSQL each has a data folder of its own, as on two machines.
        string[] urls = [await ServeAsync("data", schema), await ServeAsync(schema is null ? "data" : "other", schema)];

        HttpStatusCode[] codes = await Task.WhenAll(Enumerable.Range(0, 1_000).Select(i => CallAsync(urls[i % 2])));
        foreach (var process in _processes)
        {
            FarthingProcess.Result ended = await process.StopAsync();
            Assert.True(ended.ExitCode == 0, ended.Errors);
        }

        using LedgerStore store = LedgerStore.Open(schema?.Address ?? Path.Combine(_folder.File("data"), "farthing.db"));
        int answered = codes.Count(static code => code == HttpStatusCode.OK);
        Assert.DoesNotContain(codes, static code => code is not (HttpStatusCode.OK or HttpStatusCode.TooManyRequests));
        Assert.Equal(answered, _provider.Requests.Count);
        long spent = Spent(store);
        Assert.Equal(answered * Cost, spent);

        // Near the end a call can be refused while the other process keeps a hundredth, and 200 calls under way hold a little more than they spend.
        Assert.InRange(spent, Limit * 90 / 100, Limit);
        Assert.Equal(spent, Scalar(store, "SELECT CAST(sum(amount) AS bigint) FROM transfers"));
        Assert.Equal(0, Scalar(store, "SELECT count(*) FROM gateway_budget_slices"));
        Assert.True(LedgerVerifier.Verify(store, null, new AttemptAudit()).IsWhole);
    }

    [Fact]
    public async Task A_killed_processs_slice_comes_back_when_the_other_one_has_booked_its_attempts()
    {
        string first = await ServeAsync("data", null), second = await ServeAsync("data", null);
        var hang = new TaskCompletionSource();
        _provider.Then(FakeProvider.Hang(hang), times: 1);
        Task<HttpStatusCode> hanging = CallAsync(first);
        await UntilAsync(() => !_provider.Requests.IsEmpty);
        HttpStatusCode[] before = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => CallAsync(i % 2 == 0 ? first : second)));
        Assert.All(before, static code => Assert.Equal(HttpStatusCode.OK, code));

        Assert.True(await _processes[0].KillAfterAsync(TimeSpan.Zero));
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => hanging);
        using LedgerStore store = LedgerStore.Open(Path.Combine(_folder.File("data"), "farthing.db"));

        // The second one finds the folder that nobody holds, within some seconds.
        await UntilAsync(() => Scalar(store, "SELECT count(*) FROM gateway_attempts WHERE outcome = 'lost'") == 1);
        await UntilAsync(() => Scalar(store, "SELECT count(DISTINCT process) FROM gateway_budget_slices") <= 1);
        long lost = Spent(store) - (100 * Cost);
        Assert.InRange(lost, 1, Cost);

        HttpStatusCode[] storm = await Task.WhenAll(Enumerable.Range(0, 400).Select(_ => CallAsync(second)));
        int after = storm.Count(static code => code == HttpStatusCode.OK) + await CallUntilRefusedAsync(second);
        Assert.Equal(0, (await _processes[1].StopAsync()).ExitCode);

        // All but what the lost one is booked with and what is less than a call is spent again.
        Assert.Equal((Limit - (100 * Cost) - lost) / Cost, after, 2.0);
        Assert.InRange(Spent(store), Limit - (3 * Cost), Limit);
        Assert.Equal(0, Scalar(store, "SELECT count(*) FROM gateway_budget_slices"));
    }

    private async Task<string> ServeAsync(string data, PostgresSchema? schema)
    {
        var environment = schema is null ? [] : new Dictionary<string, string> { [Places.LedgerVariable] = schema.Address };
        var process = FarthingProcess.Start(environment, "serve", "--config", _folder.File("gateway.yaml"), "--data", _folder.File(data), "--prices", _folder.File("prices.yaml"));
        _processes.Add(process);
        return await process.ListeningAsync();
    }

    private async Task<HttpStatusCode> CallAsync(string url)
    {
        using var content = new StringContent("""{"model":"gpt-4o-mini","max_tokens":10,"messages":[{"role":"user","content":"Hi"}]}""", Encoding.UTF8, "application/json");
        using var response = await _client.PostAsync(new Uri(Address().Match(url).Value + "/v1/chat/completions"), content, TestContext.Current.CancellationToken);
        return response.StatusCode;
    }

    /// <summary>What calls under way held in vain is there again for calls one by one.</summary>
    private async Task<int> CallUntilRefusedAsync(string url)
    {
        for (int answered = 0, refused = 0; ;)
        {
            if (await CallAsync(url) == HttpStatusCode.OK)
            {
                (answered, refused) = (answered + 1, 0);
            }
            else if (++refused == 2)
            {
                return answered;
            }
            else
            {
                // The ledger is asked again after a while only.
                await Task.Delay(300, TestContext.Current.CancellationToken);
            }
        }
    }

    private static long Spent(LedgerStore store) => Scalar(store, "SELECT CAST(coalesce(sum(spent), 0) AS bigint) FROM gateway_budget_spent");

    private static long Scalar(LedgerStore store, string sql) => store.Read(transaction => transaction.Scalar<long>(sql));

    private static async Task UntilAsync(Func<bool> isSo)
    {
        while (!isSo())
        {
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }

    [GeneratedRegex("http://[0-9.:]+")]
    private static partial Regex Address();
}
