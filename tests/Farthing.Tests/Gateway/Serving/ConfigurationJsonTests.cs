using System.Text.Json;
using System.Text.Json.Nodes;
using Farthing.Gateway.Configuration;
using Farthing.Serving.Admin;
using Farthing.Tests.Goldens;

namespace Farthing.Tests.Gateway.Serving;

public sealed class ConfigurationJsonTests
{
    private const string Hash = "sha256:0000000000000000000000000000000000000000000000000000000000000000";

    private const string Full =
        $$$"""
        providers: {bedrock: {region: eu-central-1, keys: [{value: env.ID, secret: env.SECRET, session_token: env.TOKEN}]}}
        fallbacks: [{name: captions, targets: [bedrock/a]}]
        client_keys: [{name: team-a, hash: "{{{Hash}}}"}]
        semantic_cache:
          lists: [all.yaml]
          tenants: {team-a: {similarity_threshold: 0.8, lists: [a.yaml]}}
        budgets: [{name: a, scope: all, limit_usd: 1, period: day}]
        resilience: {hedge_after_seconds: 0.5}
        admin: {listen: "127.0.0.1:1", key_hash: "{{{Hash}}}"}
        usage: {max_events: 5}
        alarms: {webhook: {url: "https://a/secret", secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}, rules: [{name: b, kind: budget, budget: a, over_percent: "80"}]}
        """;

    // What is said in another of the words, or leaves nothing behind once it is read.
    private static readonly string[] NotTold = ["allow_http", "shadow", "primary", "secondary", "tertiary", "quaternary", .. OfRules];

    // Of an alarm's rule its name, its kind and its limit are told.
    private static string[] OfRules => ["over_percent", "over_charges", "currency", "days", "hours", "min_renders", "basis", "run", "tag", "tenant", "model", "stage", "precision", "resource", "meter", "budget"];

    [Fact]
    public void Everything_that_can_be_configured_is_told()
    {
        JsonNode schema = JsonNode.Parse(File.ReadAllText(Path.Combine(Golden.RepositoryRoot, "docs/gateway-config.schema.json")))!;
        var known = schema["$defs"]!.AsObject().Select(static pair => pair.Value!).Append(schema)
            .SelectMany(static part => part["properties"]?.AsObject().Select(static pair => pair.Key) ?? []);

        Assert.Empty(known.Except(Names(Told())).Except(NotTold));
    }

    [Fact]
    public void It_is_told_as_it_is_in_force_and_without_secrets()
    {
        JsonNode told = Told();

        Assert.Equal("eu-central-1", (string)told["providers"]!["bedrock"]!["region"]!);
        Assert.Equal(0.5, (double)told["resilience"]!["hedge_after_seconds"]!);
        Assert.Equal((0.8, "a.yaml"), ((double)told["semantic_cache"]!["tenants"]!["team-a"]!["similarity_threshold"]!, (string)told["semantic_cache"]!["tenants"]!["team-a"]!["lists"]![0]!));
        Assert.DoesNotContain("value-of-", told.ToJsonString(), StringComparison.Ordinal);
    }

    private static JsonNode Told()
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            ConfigurationJson.Write(json, GatewayConfiguration.Parse(Full, "gateway.yaml", static name => "value-of-" + name));
        }

        return JsonNode.Parse(stream.ToArray())!;
    }

    private static IEnumerable<string> Names(JsonNode? node) => node switch
    {
        JsonObject map => map.SelectMany(static pair => Names(pair.Value).Append(pair.Key)),
        JsonArray list => list.SelectMany(Names),
        _ => [],
    };
}
