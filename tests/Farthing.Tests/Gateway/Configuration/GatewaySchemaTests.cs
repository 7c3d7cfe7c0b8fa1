extern alias schemas;

using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Farthing.Gateway.Configuration;
using Farthing.Tests.Goldens;
using schemas::Json.Schema;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Farthing.Tests.Gateway.Configuration;

public sealed partial class GatewaySchemaTests
{
    private const string Hash = "sha256:0000000000000000000000000000000000000000000000000000000000000000";

    // Each mapping with one key that no reader knows, so that its error lists those that it does.
    private const string Asked =
        $$$"""
        zzz: 1
        providers: {bedrock: {zzz: 1, region: eu-central-1, keys: [{value: k, secret: s, zzz: 1}]}, ollama: }
        fallbacks: [{primary: ollama/a, zzz: 1}]
        semantic_cache:
          zzz: 1
          tenants:
            a: {zzz: 1}
        usage: {zzz: 1}
        client_keys: [{name: a, hash: "{{{Hash}}}", zzz: 1}]
        budgets: [{name: a, scope: all, limit_usd: 1, period: day, zzz: 1}]
        resilience: {zzz: 1}
        server: {zzz: 1}
        admin: {listen: "127.0.0.1:1", key_hash: "{{{Hash}}}", zzz: 1}
        telemetry: {zzz: 1}
        alarms:
          zzz: 1
          webhook: {url: "https://a/", secret: k, zzz: 1}
          rules:
            - {name: a, kind: cost-per-render, over: 1, zzz: 1}
            - {name: b, kind: waste, over_percent: 1, zzz: 1}
            - {name: c, kind: unpriced, zzz: 1}
            - {name: d, kind: drift, zzz: 1}
            - {name: e, kind: budget, over_percent: 1, zzz: 1}
        journal: {zzz: 1}
        """;

    public static TheoryData<string> Good { get; } =
    [
        "providers: {ollama: }",
        "providers: {openai: {keys: [{value: env.K, weight: 0.5, name: a, models: [x]}], base_url: \"https://a/v1\", type: openai, models: [y], responses_models: [\"gpt-5*-pro*\"], price_as: z, price_models: {mine: gpt-4o-mini}, allow_http: true, allow_link_local: false, use_proxy: true}}",
        "providers: {ollama: }\nfallbacks: [[ollama/a, ollama/b/c], {name: n, targets: [ollama/a]}, {primary: ollama/x, secondary: ollama/y, tertiary: ollama/x}]",
        $"providers: {{ollama: }}\nclient_keys: [{{name: a, hash: \"{Hash}\", models: [\"ollama/*\"], tags: [t], team: s, requests_per_minute: 1, tokens_per_minute: 5}}]\nbudgets: [{{name: b, scope: \"team:s\", limit_usd: \"10.00\", period: month}}, {{name: c, scope: all, limit_usd: 0.5, period: total, unpriced: allow, max_output_tokens: 9}}]",
        "usage: {max_skew_seconds: 1.5, clients: []}",
        "providers: {bedrock: {region: eu-central-1, keys: [{value: k, secret: s, session_token: t}]}}\nsemantic_cache: {mode: shadow, store: memory, embedding_seconds: 0.5, max_entries: 5, lists: []}\nresilience: {hedge_after_seconds: 0.5}",
        "usage: {}\nalarms: {check_seconds: 5, repeat_seconds: 0, rules: [{name: a, kind: cost-per-render, over: \"0.0031\", currency: EUR, basis: marginal, days: 7, min_renders: 5, tag: t}, {name: b, kind: waste, over_percent: 2.5}, {name: c, kind: unpriced, resource: \"llm/*\"}, {name: d, kind: drift}]}",
        "providers: {ollama: }\nbudgets: [{name: b, scope: all, limit_usd: 1, period: day}]\nalarms: {webhook: {url: \"https://a/\", secret: \"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\", attempts: 3}, rules: [{name: a, kind: budget, budget: b, over_percent: \"80\"}]}",
        "providers: {ollama: }\njournal: {durability: disk}",
        $"providers: {{ollama: }}\nadmin: {{listen: \"127.0.0.1:9\", key_hash: \"{Hash}\", open_metrics: true}}\ntelemetry: {{otlp: \"http://127.0.0.1:4318\", sample: 0.1}}\nresilience: {{retries: 0, attempt_seconds: 1.5}}\nserver: {{listen: \"0.0.0.0:80\", min_bytes_per_second: 0}}",
    ];

    public static TheoryData<string> Bad { get; } =
    [
        "usage: {}\nalarms: {}",
        "usage: {}\nalarms: {rules: [{name: a, kind: smell}]}",
        "usage: {}\nalarms: {rules: [{name: a, kind: waste}]}",
        "usage: {}\nalarms: {rules: [{name: a, kind: waste, over_percent: -1}]}",
        "usage: {}\nalarms: {rules: [{name: a, kind: cost-per-render, over: 1, basis: full}]}",
        "usage: {}\nalarms: {rules: [{name: a, kind: unpriced}], webhook: {url: \"https://a/\"}}",
        "fallbacks: []",
        "providers: {ollama: }\nresilience: {retries: 11}",
        "providers: {ollama: }\nbudgets: [{name: b, scope: some, limit_usd: 1, period: day}]",
        "providers: {ollama: }\nbudgets: [{name: b, scope: all, limit_usd: 1}]",
        "providers: {ollama: }\nadmin: {listen: \"127.0.0.1:9\", key_hash: plain}",
        "providers: {openai: {keys: [{weight: 1}]}}",
        "providers: {openai: {keys: [{value: env.K}], responses_models: all}}",
        "providers: {ollama: }\nfallbacks: [[nothing]]",
        "providers: {ollama: }\ntelemetry: {sample: 2}",
        "providers: {ollama: }\nsemantic_cache: {mode: both}",
        "usage: {max_events: 0}",
        "providers: {größe: {base_url: \"https://a/v1\"}}",
        "providers: {ollama: }\nsemantic_cache: {embedding_seconds: 0}",
        "providers: {ollama: }\njournal: {durability: often}",
        "providers: {ollama: {base_url: \"http://127.0.0.1:1\", price_models: {a: [b]}}}",
    ];

    [Fact]
    public void The_schema_has_every_key_that_the_readers_know_and_no_other()
    {
        var error = Assert.Throws<GatewayConfigurationException>(() => GatewayConfiguration.Parse(Asked, "asked", static _ => "k"));
        string[] read = [.. Known().Matches(error.Message).Select(static match => string.Join(", ", match.Groups[1].Value.Split(", ").Order(StringComparer.Ordinal))).Order(StringComparer.Ordinal)];
        JsonNode schema = JsonNode.Parse(File.ReadAllText(PathOf("docs/gateway-config.schema.json")))!;
        string[] written = [.. schema["$defs"]!.AsObject().Select(static pair => pair.Value!).Append(schema)
            .Where(static part => part["properties"] is not null)
            .Select(static part => string.Join(", ", part["properties"]!.AsObject().Select(static pair => pair.Key).Order(StringComparer.Ordinal)))
            .Order(StringComparer.Ordinal)];

        Assert.Equal(21, read.Length);
        Assert.Equal(read, written);
    }

    [Fact]
    public void The_sample_is_good_by_the_schema_and_by_the_reader()
    {
        string yaml = File.ReadAllText(PathOf("samples/gateway.yaml"));

        Assert.True(IsGood(yaml));
        _ = GatewayConfiguration.Parse(yaml, "sample", static _ => "k");
    }

    [Theory]
    [MemberData(nameof(Good))]
    public void What_the_reader_takes_the_schema_takes(string yaml)
    {
        _ = GatewayConfiguration.Parse(yaml, "good", static _ => "k");
        Assert.True(IsGood(yaml));
    }

    [Theory]
    [MemberData(nameof(Bad))]
    public void What_the_schema_refuses_the_reader_refuses(string yaml)
    {
        Assert.Throws<GatewayConfigurationException>(() => GatewayConfiguration.Parse(yaml, "bad", static _ => "k"));
        Assert.False(IsGood(yaml));
    }

    private static bool IsGood(string yaml)
    {
        JsonSchema schema = JsonSchema.FromText(File.ReadAllText(PathOf("docs/gateway-config.schema.json")), new BuildOptions { SchemaRegistry = new SchemaRegistry() });
        var stream = new YamlStream();
        stream.Load(new StringReader(yaml));
        using JsonDocument document = JsonDocument.Parse(Json(stream.Documents[0].RootNode)?.ToJsonString() ?? "null");
        return schema.Evaluate(document.RootElement).IsValid;
    }

    private static JsonNode? Json(YamlNode node) => node switch
    {
        YamlMappingNode map => new JsonObject(map.Children.Select(static pair => KeyValuePair.Create(((YamlScalarNode)pair.Key).Value!, Json(pair.Value)))),
        YamlSequenceNode list => new JsonArray([.. list.Select(Json)]),
        YamlScalarNode { Style: not ScalarStyle.Plain } text => text.Value,
        YamlScalarNode { Value: null or "" } => null,
        YamlScalarNode { Value: "true" } => true,
        YamlScalarNode { Value: "false" } => false,
        YamlScalarNode plain => decimal.TryParse(plain.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal number) ? number : plain.Value,
        _ => throw new InvalidOperationException("An alias."),
    };

    private static string PathOf(string relative) => Path.Combine(Golden.RepositoryRoot, relative);

    [GeneratedRegex("unknown key 'zzz' in [^;]*; it has ([^.]*)\\.")]
    private static partial Regex Known();
}
