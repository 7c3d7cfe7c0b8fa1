using Farthing.Configuration;
using Farthing.Simulation.Scenarios;

namespace Farthing.Tests.Host.Simulation;

public sealed class ScenarioReaderTests
{
    private static Scenario Read(string yaml) => new ScenarioReader("s.yaml").Read(yaml);

    [Fact]
    public void Everything_can_be_written()
    {
        Scenario scenario = Read("""
            seed: 7
            time_scale: 60
            keys: {primary: sk-a, backup: sk-b}
            models: [gpt-4o-mini, claude-haiku-4-5]
            latency: {distribution: lognormal, median: 400ms, sigma: 0.4, max: 10s}
            gap: 20ms
            chunk_tokens: 2
            answer: {output_tokens: 20-60, cached_input: 0.25, cache_write: 0.1, reasoning: 0.5}
            rules:
              - name: outage
                when: {provider: openai, model: "gpt-*", key: primary, operation: chat, stream: true, from: 10m, to: 50m}
                then: {status: 503, retry_after: 2s, message: Down}
              - when: {calls: 10-20, every: 5, probability: 0.5}
                then: {slow: {bytes: 3, every: 1s}}
              - then: {cut_after: 5, usage: none}
              - then: {hang: 30s, latency: 1s}
            """);
        Assert.Equal((7, 60d, 2, (20, 60)), (scenario.Seed, scenario.TimeScale, scenario.ChunkTokens, scenario.OutputTokens));
        Assert.Equal("sk-b", scenario.Keys["backup"]);
        Assert.Equal(new LatencyLaw(LatencyKind.Lognormal, TimeSpan.FromMilliseconds(400), default, 0.4, TimeSpan.FromSeconds(10)), scenario.Latency);
        Assert.Equal(new UsageShares(0.25, 0.1, 0.5), scenario.Shares);
        Assert.Equal(4, scenario.Rules.Count);
        Assert.Equal(
            new RuleFilter { Provider = "openai", Model = "gpt-*", Key = "primary", Operation = "chat", IsStream = true, From = TimeSpan.FromMinutes(10), To = TimeSpan.FromMinutes(50) },
            scenario.Rules[0].When);
        Assert.Equal(new RuleAction { Kind = ActionKind.Status, Status = 503, RetryAfter = TimeSpan.FromSeconds(2), Message = "Down" }, scenario.Rules[0].Then);
        Assert.Equal((10, 20, 5, 0.5), (scenario.Rules[1].When.FirstCall, scenario.Rules[1].When.LastCall, scenario.Rules[1].When.Every, scenario.Rules[1].When.Probability));
        Assert.Equal(new RuleAction { Kind = ActionKind.Slow, SlowBytes = 3, SlowEvery = TimeSpan.FromSeconds(1) }, scenario.Rules[1].Then);
        Assert.Equal(new RuleAction { Kind = ActionKind.Cut, After = 5, UsageFactor = 0 }, scenario.Rules[2].Then);
        Assert.Equal(ActionKind.Hang, scenario.Rules[3].Then.Kind);
    }

    [Fact]
    public void Json_is_read_too() => Assert.Equal(9, Read("""{"seed": 9, "rules": [{"then": {"drop": true}}]}""").Seed);

    [Fact]
    public void All_errors_come_at_once_with_their_lines()
    {
        var error = Assert.Throws<ConfigurationException>(() => Read("""
            seed: many
            latencies: 5ms
            latency: 5 parsecs
            rules:
              - when: {from: 5m, to: 1m}
                then: {status: 200}
              - name: nothing
              - then: {drop: true, hang: true}
              - then: {cut_after: 3, retry_after: 1s}
              - when: {provider: acme}
                then: {}
            """));
        Assert.Equal([1, 2, 3, 5, 6, 7, 8, 9, 10, 11], error.Errors.Select(static one => one.Line));
    }

    [Theory]
    [InlineData("fixed, value: 2s", 2, 2)]
    [InlineData("uniform, min: 1s, max: 3s", 1, 3)]
    [InlineData("normal, mean: 1s, deviation: 5s", 0, 86_400)]
    [InlineData("lognormal, median: 1s, max: 4s", 0, 4)]
    [InlineData("exponential, mean: 1s", 0, 86_400)]
    public void Durations_stay_in_their_range_and_come_from_the_seed(string law, double least, double most)
    {
        LatencyLaw latency = Read($"latency: {{distribution: {law}}}").Latency;
        double[] Draw()
        {
            var random = new Random(5);
            return [.. Enumerable.Range(0, 500).Select(_ => latency.Draw(random).TotalSeconds)];
        }

        Assert.All(Draw(), drawn => Assert.InRange(drawn, least, most));
        Assert.Equal(Draw(), Draw());
        Assert.Equal(latency.Kind != LatencyKind.Fixed, Draw().Distinct().Count() > 1);
    }

    [Fact]
    public void The_first_rule_that_fits_decides()
    {
        var book = new RuleBook(Read("""
            rules:
              - {name: a, when: {calls: 2-5, every: 2}, then: {status: 500}}
              - {name: b, when: {model: "gpt-*", from: 1m, to: 2m}, then: {status: 500}}
            """));
        var call = new CallFacts("openai", "chat", "gpt-4o-mini", "any", false);
        string?[] found = [.. Enumerable.Range(0, 7).Select(at => book.Next(call, TimeSpan.FromSeconds(at < 4 ? 90 : 120)).Rule?.Name)];
        Assert.Equal(["b", "b", "a", "b", "a", null, null], found);
    }
}
