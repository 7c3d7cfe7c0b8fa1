using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Farthing.Tests.Goldens;
using Farthing.Tests.Ledger;
using Farthing.Tests.Rendering.Embeddings;

namespace Farthing.Tests.Host.Doctor;

public sealed class GatewayDoctorTests : IDisposable
{
    private const string Good = "providers: {openai: {keys: [{value: env.OPENAI_KEY}]}}\nfallbacks: [[openai/gpt-4o-mini]]\nserver: {listen: \"127.0.0.1:0\"}\n";

    private readonly HostRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Fact]
    public async Task A_configuration_that_would_serve_is_exit_0()
    {
        _rig.Set("OPENAI_KEY", "sk-doctor-test");

        Assert.Equal(0, await DoctorAsync(Good));
        Assert.Contains("1 providers, 1 chains, no client keys, 0 budgets", _rig.Result.Output, StringComparison.Ordinal);
        Assert.Contains("every model that the configuration names has a price", _rig.Result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("sk-doctor-test", _rig.Result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Alarms_are_told_and_one_that_nobody_hears_of_is_a_warning()
    {
        _rig.Set("OPENAI_KEY", "sk");
        _rig.Set("HOOK", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");

        Assert.Equal(0, await DoctorAsync(Good + "alarms: {rules: [{name: waste, kind: waste, over_percent: 2.5}]}\n"));
        Assert.Contains("1 alarms: waste (waste, over 2.5 %); nobody is told", _rig.Result.Output, StringComparison.Ordinal);
        Assert.Equal(0, await DoctorAsync(Good + "alarms: {webhook: {url: \"https://alarms.example.com/token\", secret: env.HOOK}, rules: [{name: u, kind: unpriced}]}\n"));
        Assert.Contains("told to alarms.example.com", _rig.Result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("/token", _rig.Result.Output, StringComparison.Ordinal);
        Assert.Equal(1, await DoctorAsync(Good + "alarms: {rules: [{name: u, kind: smell}]}\n"));
    }

    [Fact]
    public async Task Every_error_is_a_problem_of_its_own_and_exit_1()
    {
        Assert.Equal(1, await DoctorAsync(Good + "nonsense: 1\n", "--json"));

        JsonNode report = JsonNode.Parse(_rig.Result.Output)!;
        Assert.False((bool)report["ok"]!);
        string[] problems = [.. report["checks"]!.AsArray().Where(static check => (string)check!["level"]! == "problem").Select(static check => (string)check!["found"]!)];
        Assert.Equal(2, problems.Length);
        Assert.Contains("'OPENAI_KEY' is not set", problems[0], StringComparison.Ordinal);
        Assert.Contains("unknown key 'nonsense'", problems[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_without_a_price_is_a_warning_before_and_after_there_is_a_ledger()
    {
        _rig.Set("OPENAI_KEY", "sk");
        string unpriced = Good.Replace("gpt-4o-mini", "brand-new", StringComparison.Ordinal);

        Assert.Equal(0, await DoctorAsync(unpriced));
        Assert.Equal(0, await _rig.RunAsync("prices", "set", "llm/openai/other", "input-tokens", "1", "--unit", "million-tokens"));
        Assert.Equal(0, await DoctorAsync(unpriced));
        Assert.Equal(2, _rig.Result.Output.Split("no price of input-tokens for llm/openai/brand-new").Length - 1);
    }

    [Fact]
    public async Task A_port_that_is_taken_is_a_problem()
    {
        _rig.Set("OPENAI_KEY", "sk");
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        int port = ((IPEndPoint)taken.LocalEndpoint).Port;

        Assert.Equal(1, await DoctorAsync(Good.Replace("127.0.0.1:0", $"127.0.0.1:{port}", StringComparison.Ordinal)));
        Assert.Contains("can't be listened on", _rig.Result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_caches_embedder_lists_and_stores_are_tried_and_all_problems_told_at_once()
    {
        _rig.Set("OPENAI_KEY", "sk");
        _rig.Write("models/all-MiniLM-L6-v2/model-int8.onnx", "no model");
        _rig.Write("models/all-MiniLM-L6-v2/vocab.txt", "[PAD]");
        Assert.Equal(1, await DoctorAsync(Good + "semantic_cache: {enabled: true, lists: [shop.yaml], store: \"redis://:geheim@127.0.0.1:1\"}\n", "--json"));

        string[] problems = Of("problem");
        Assert.Equal(["cache embedder", "cache guard", "cache store"], problems.Select(static problem => problem.Split(": ")[0]));
        Assert.Contains("can't be used", problems[0], StringComparison.Ordinal);
        Assert.Contains("shop.yaml", problems[1], StringComparison.Ordinal);
        Assert.Contains("Redis at 127.0.0.1 can't be reached", problems[2], StringComparison.Ordinal);
        Assert.DoesNotContain("geheim", _rig.Result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Caches_that_work_are_said_with_what_they_have()
    {
        _rig.Set("OPENAI_KEY", "sk");
        _rig.Set("FARTHING_HOME", Golden.RepositoryRoot);
        Assert.Equal(0, await DoctorAsync(Good + $"semantic_cache: {{enabled: true, store: \"{RedisServer.Shared}\"}}\n"));
        Assert.Equal(0, await DoctorAsync(Good + $"semantic_cache: {{enabled: true, store: \"{GarnetServer.Shared}\"}}\n"));
        Assert.Equal(0, await DoctorAsync(Good + "semantic_cache: {enabled: true}\n"));

        string output = _rig.Result.Output;
        Assert.Contains("embeds in 384 dimensions", output, StringComparison.Ordinal);
        Assert.Contains("Redis is there; without vector sets", output, StringComparison.Ordinal);
        Assert.Contains("Redis is there and has vector sets", output, StringComparison.Ordinal);
        Assert.Contains("gateway-cache.db: none yet", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_cache_is_a_warning_as_serve_puts_it_aside()
    {
        _rig.Set("OPENAI_KEY", "sk");
        _rig.Write("user/farthing/gateway-cache.db", new string('x', 5_000));
        Assert.Equal(0, await DoctorAsync(Good + "semantic_cache: {enabled: true, semantic: false}\n", "--json"));
        Assert.Contains("gateway-cache.db is damaged", Assert.Single(Of("warning"), static warning => warning.StartsWith("cache store", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_PostgreSQL_ledger_is_tried_and_one_that_is_not_there_is_a_problem()
    {
        _rig.Set("OPENAI_KEY", "sk");
        using var schema = new PostgresSchema();
        _rig.Set(Places.LedgerVariable, schema.Address);
        Assert.Equal(0, await DoctorAsync(Good));
        Assert.Contains("can be written", _rig.Result.Output, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(_rig.Data, "farthing.db")));

        _rig.Set(Places.LedgerVariable, "Host=127.0.0.1;Port=1;Username=nobody;Database=none");
        Assert.Equal(1, await DoctorAsync(Good));
        Assert.Contains(Places.LedgerVariable, _rig.Result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_a_problem()
    {
        Assert.Equal(1, await _rig.RunAsync("doctor", "--config", "none.yaml"));
        Assert.Contains("can't be read", _rig.Result.Output, StringComparison.Ordinal);
    }

    private string[] Of(string level) => [.. JsonNode.Parse(_rig.Result.Output)!["checks"]!.AsArray()
        .Where(check => (string)check!["level"]! == level)
        .Select(static check => $"{check!["area"]}: {check["found"]}")];

    private Task<int> DoctorAsync(string yaml, params string[] more) => _rig.RunAsync(["doctor", "--config", _rig.Write("gateway.yaml", yaml), .. more]);
}
