using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;

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
    public async Task A_file_that_is_not_there_is_a_problem()
    {
        Assert.Equal(1, await _rig.RunAsync("doctor", "--config", "none.yaml"));
        Assert.Contains("can't be read", _rig.Result.Output, StringComparison.Ordinal);
    }

    private Task<int> DoctorAsync(string yaml, params string[] more) => _rig.RunAsync(["doctor", "--config", _rig.Write("gateway.yaml", yaml), .. more]);
}
