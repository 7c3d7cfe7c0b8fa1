using System.Globalization;
using System.Text.Json;
using Farthing.Drills.Processes;

namespace Farthing.Drills.Outage;

/// <summary>
/// The two programs of the drill, each a process: the simulated providers, of which the first one fails in the middle third, and the
/// gateway in front of them, with retries, breaker and deadlines as they are by default.
/// </summary>
internal sealed class OutageSite : IAsyncDisposable
{
    private const double ScenarioMinutes = 120;
    private const double MedianMilliseconds = 60;

    private static readonly Dictionary<string, string> Keys = new()
    {
        ["DRILL_KEY_OPENAI"] = "sk-drill-openai",
        ["DRILL_KEY_ANTHROPIC"] = "sk-drill-anthropic",
        ["FARTHING_HOME"] = AppContext.BaseDirectory,
    };

    private readonly DirectoryInfo _folder;
    private readonly bool _keep;
    private readonly FarthingProgram _simulator;
    private readonly HttpClient _http = new();
    private FarthingProgram? _gateway;

    private OutageSite(DirectoryInfo folder, bool keep, FarthingProgram simulator) => (_folder, _keep, _simulator) = (folder, keep, simulator);

    /// <summary>Where the gateway listens now.</summary>
    public Uri Gateway => Volatile.Read(ref _gateway)!.Address;

    /// <summary>The ledger's file.</summary>
    public string Ledger => Path.Combine(Data, "farthing.db");

    /// <summary>The data folder.</summary>
    public string Data => Path.Combine(_folder.FullName, "data");

    /// <summary>Starts both.</summary>
    public static async Task<OutageSite> StartAsync(OutageOptions options)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("farthing-outage-");
        string scenario = Path.Combine(folder.FullName, "scenario.yaml");
        await File.WriteAllTextAsync(scenario, Scenario(options));
        var site = new OutageSite(folder, options.Keep, await FarthingProgram.StartAsync(Keys, "simulate", "--scenario", scenario, "--port", "0"));
        try
        {
            await File.WriteAllTextAsync(site.Configuration, site.GatewayYaml());
            Directory.CreateDirectory(site.Data);
            await site.StartGatewayAsync();
            return site;
        }
        catch
        {
            await site.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts the gateway, on a port of its own each time.</summary>
    public async Task StartGatewayAsync() => Volatile.Write(
        ref _gateway, await FarthingProgram.StartAsync(Keys, "serve", "--config", Configuration, "--listen", "127.0.0.1:0", "--data", Data));

    /// <summary>Lets the gateway end and book what is left.</summary>
    public Task StopGatewayAsync() => _gateway!.StopAsync();

    /// <summary>Ends the gateway as <c>kill -9</c> does.</summary>
    public Task KillGatewayAsync() => _gateway!.KillAsync();

    /// <summary>Begins the scenario.</summary>
    public async Task BeginAsync()
    {
        using HttpResponseMessage begun = await _http.PostAsync(new Uri(_simulator.Address, "/simulator/reset"), null);
        begun.EnsureSuccessStatusCode();
    }

    /// <summary>What the simulated providers counted.</summary>
    public async Task<JsonDocument> CountsAsync() => JsonDocument.Parse(await _http.GetStringAsync(new Uri(_simulator.Address, "/simulator/counts")));

    /// <summary>Whether the first provider's breaker lets nothing through.</summary>
    public async Task<bool> IsBreakerOpenAsync()
    {
        try
        {
            using HttpResponseMessage ready = await _http.GetAsync(new Uri(Gateway, "/ready"));
            using var json = JsonDocument.Parse(await ready.Content.ReadAsStringAsync());
            return json.RootElement.GetProperty("providers").GetProperty("openai").GetProperty("breaker").GetString() != "closed";
        }
        catch (HttpRequestException)
        {
            // It was killed a moment ago.
            return false;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        if (_gateway is not null)
        {
            await _gateway.DisposeAsync();
        }

        await _simulator.DisposeAsync();
        if (!_keep)
        {
            _folder.Delete(recursive: true);
        }
    }

    private string Configuration => Path.Combine(_folder.FullName, "gateway.yaml");

    // Two hours of the scenario pass in the run's time; a caption takes the same real time however long the run is.
    private static string Scenario(OutageOptions options)
    {
        double scale = ScenarioMinutes * 60 / options.Seconds;
        return string.Create(CultureInfo.InvariantCulture, $$"""
            seed: {{options.Seed}}
            time_scale: {{scale:0.######}}
            keys: {first: {{Keys["DRILL_KEY_OPENAI"]}}, second: {{Keys["DRILL_KEY_ANTHROPIC"]}}}
            models: [gpt-4o-mini, claude-haiku-4-5, gpt-4.1-nano]
            latency: {distribution: lognormal, median: {{MedianMilliseconds * scale:0}}ms, sigma: 0.3, max: {{10 * MedianMilliseconds * scale:0}}ms}
            answer: {output_tokens: 8-24, cached_input: 0.2, cache_write: 0.1, reasoning: 0}
            rules:
              - name: outage
                when: {provider: openai, model: gpt-4o-mini, from: 40m, to: 80m}
                then: {status: 503}
            """);
    }

    private string GatewayYaml() => $$"""
        providers:
          openai: {base_url: "{{_simulator.Address.AbsoluteUri}}v1", keys: [{value: env.DRILL_KEY_OPENAI, name: first}]}
          anthropic: {base_url: "{{_simulator.Address.AbsoluteUri}}v1", keys: [{value: env.DRILL_KEY_ANTHROPIC, name: second}]}
        fallbacks:
          - {primary: openai/gpt-4o-mini, secondary: anthropic/claude-haiku-4-5, tertiary: openai/gpt-4o-mini}
        """;
}
