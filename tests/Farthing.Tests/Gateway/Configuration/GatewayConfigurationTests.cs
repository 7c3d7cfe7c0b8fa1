using System.Text;
using Farthing.Gateway.Configuration;
using Farthing.Gateway.Providers;
using Farthing.Tests.Rendering;

namespace Farthing.Tests.Gateway.Configuration;

public sealed class GatewayConfigurationTests
{
    private const string Example =
        """
        providers:
          openai:
            keys:
              - value: env.OPENAI_KEY_PRIMARY
                weight: 0.7
              - value: env.OPENAI_KEY_BACKUP
                weight: 0.3
          anthropic:
            keys:
              - value: env.ANTHROPIC_KEY
                weight: 1.0

        fallbacks:
          - primary: openai/gpt-4o-mini
            secondary: anthropic/claude-haiku-4-5
            tertiary: openai/gpt-4o-mini

        semantic_cache:
          enabled: true
          similarity_threshold: 0.94
          ttl_seconds: 604800
        """;

    [Fact]
    public void The_example_loads_as_it_stands()
    {
        var configuration = Read(Example);

        Assert.Equal(["openai", "anthropic"], configuration.Providers.Select(static provider => provider.Name));
        Assert.Equal(new Uri("https://api.openai.com/v1"), configuration.Providers[0].BaseUrl);
        Assert.Equal(new Uri("https://api.anthropic.com/v1"), configuration.Providers[1].BaseUrl);
        Assert.Equal(
            [("OPENAI_KEY_PRIMARY", "value-of-OPENAI_KEY_PRIMARY", 0.7), ("OPENAI_KEY_BACKUP", "value-of-OPENAI_KEY_BACKUP", 0.3)],
            configuration.Providers[0].Keys.Select(static key => (key.Id, key.Value.Reveal(), key.Weight)));
        var chain = Assert.Single(configuration.Fallbacks);
        Assert.Equal(
            [new ModelTarget("openai", "gpt-4o-mini"), new ModelTarget("anthropic", "claude-haiku-4-5"), new ModelTarget("openai", "gpt-4o-mini")],
            chain.Targets);
        Assert.Equal((true, 0.94, TimeSpan.FromDays(7)), (configuration.SemanticCache.Enabled, configuration.SemanticCache.SimilarityThreshold, configuration.SemanticCache.Ttl));
        Assert.Equal("127.0.0.1:8080", configuration.Server.Listen.ToString());
        Assert.Empty(configuration.Warnings);
    }

    [Fact]
    public void A_key_of_aws_has_two_parts_or_three()
    {
        var provider = Assert.Single(Read(
            """
            providers:
              bedrock:
                region: eu-central-1
                keys: [{value: env.ID, secret: env.SECRET}, {value: env.ID2, secret: env.SECRET2, session_token: env.TOKEN}, {value: env.BEARER}]
            """).Providers);

        Assert.Equal((new Uri("https://bedrock-runtime.eu-central-1.amazonaws.com"), "eu-central-1"), (provider.BaseUrl, provider.Region));
        Assert.Equal(
            [("value-of-ID", "value-of-SECRET", null), ("value-of-ID2", "value-of-SECRET2", "value-of-TOKEN"), (null, null, null)],
            provider.Keys.Select(static key => (key.Aws?.Id.Reveal(), key.Aws?.Value.Reveal(), key.Aws?.SessionToken?.Reveal())));
    }

    [Theory]
    [InlineData("providers: {bedrock: {keys: [{value: env.ID, secret: env.SECRET}]}}", "'region' is missing")]
    [InlineData("providers: {bedrock: {region: 'x/y', keys: [{value: env.ID, secret: env.SECRET}]}}", "is no region of AWS")]
    [InlineData("providers: {bedrock: {region: eu-central-1, keys: [{value: env.ID, session_token: env.TOKEN}]}}", "needs the 'secret'")]
    [InlineData("providers: {openai: {keys: [{value: env.ID, secret: env.SECRET}]}}", "'secret'")]
    [InlineData("providers: {farthing: {keys: [{value: env.ID}]}}", "has no 'base_url' and no 'keys'")]
    public void What_a_provider_cannot_have_is_told(string yaml, string said)
    {
        var error = Assert.Throws<GatewayConfigurationException>(() => Read(yaml));

        Assert.Contains(said, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("env.SECRET", "env.OTHER", false)]
    [InlineData("eu-central-1", "us-east-1", true)]
    [InlineData("env.TOKEN", "env.OTHER", false)]
    [InlineData("use_proxy: false", "use_proxy: true", true)]
    public void A_provider_that_is_signed_for_or_reached_otherwise_is_another(string was, string now, bool isSameKey)
    {
        const string Yaml = "providers: {bedrock: {region: eu-central-1, use_proxy: false, keys: [{value: env.ID, name: a, secret: env.SECRET, session_token: env.TOKEN}]}}";
        var (before, same, after) = (Read(Yaml).Providers[0], Read(Yaml).Providers[0], Read(Yaml.Replace(was, now, StringComparison.Ordinal)).Providers[0]);

        Assert.True(before.IsLike(same));
        Assert.False(before.IsLike(after));
        Assert.Equal(isSameKey, before.Keys[0].IsSame(after.Keys[0]));
    }

    [Fact]
    public void Chains_may_be_lists_and_have_names()
    {
        var chains = Read("providers: {ollama: }\nfallbacks:\n  - [ollama/a, ollama/b/c]\n  - {name: captions, targets: [ollama/a]}").Fallbacks;

        Assert.Equal(["ollama/a", "ollama/b/c"], chains[0].Targets.Select(static target => target.ToString()));
        Assert.Equal("captions", chains[1].Name);
    }

    [Fact]
    public void A_key_of_a_team_has_one_tenant_and_where_there_is_one_no_other_key_names_any()
    {
        static string Keys(string first, string second) =>
            $"providers: {{ollama: }}\nclient_keys:\n- {{name: a, hash: \"sha256:{new string('a', 64)}\"{first}}}\n- {{name: b, hash: \"sha256:{new string('b', 64)}\"{second}}}";
        Assert.All(Read(Keys(", tags: [x]", "")).ClientKeys, static key => Assert.True(key.NamesTenants));
        foreach (string tenant in (string[])[", team: studio", ", tags: [\"tenant:studio\"]"])
        {
            var keys = Read(Keys("", tenant)).ClientKeys;
            Assert.All(keys, static key => Assert.False(key.NamesTenants));
            Assert.Equal(["", "tenant:studio"], keys.Select(static key => key.Tags.Text));
        }

        var errors = Assert.Throws<GatewayConfigurationException>(() => Read(Keys(", team: studio, tags: [\"tenant:acme\"]", ", tags: [\"tenant:\"]"))).Errors;
        Assert.Equal([3L, 4L], errors.Select(static error => error.Line));
        Assert.Contains("'tenant:acme' would be a second tenant", errors[0].Message, StringComparison.Ordinal);
        Assert.Contains("'tenant:' in a client key names no tenant", errors[1].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_caches_can_be_configured_for_all_and_for_single_clients()
    {
        var cache = Read(
            $$$"""
            providers: {ollama: }
            client_keys: [{name: team-a, hash: "sha256:{{{new string('a', 64)}}}"}]
            semantic_cache:
              enabled: true
              mode: shadow
              exact: false
              embedder: ollama/nomic
              lists: [all.yaml]
              tenants: {team-a: {similarity_threshold: 0.8, lists: [a.yaml]}}
              store: redis://:fk-secret@cache:6380/2
              max_entries: 5
              max_memory_mb: 6
              max_answer_kb: 7
              max_store_mb: 8
              log_texts: true
            """).SemanticCache;

        Assert.Equal((true, true, false, true, "ollama/nomic"), (cache.Enabled, cache.Shadow, cache.Exact, cache.Semantic, cache.Embedder!.ToString()));
        Assert.Equal((0.94, 0.8), (cache.ThresholdOf(""), cache.ThresholdOf("team-a")));
        Assert.Equal(("all.yaml", "a.yaml", CacheStore.Redis), (Assert.Single(cache.Lists), Assert.Single(cache.Tenants["team-a"].Lists), cache.Store));
        Assert.Equal((5, 6, 7 * 1024, 8, true), (cache.MaxEntries, cache.MaxMemoryMiB, cache.MaxAnswerBytes, cache.MaxStoreMiB, cache.LogsTexts));
        Assert.DoesNotContain("fk-secret", cache.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Any_server_of_the_shape_is_a_provider_by_its_url()
    {
        var provider = Assert.Single(Read("providers: {mine: {base_url: \"http://10.0.0.5:8000/v1/\"}}").Providers);

        Assert.Equal((ProviderTable.Compatible, "http://10.0.0.5:8000/v1", "mine"), (provider.Row.Name, provider.BaseUrl.ToString(), provider.PriceAs));
    }

    [Fact]
    public void A_second_provider_of_a_kind_is_priced_as_its_kind()
    {
        var provider = Assert.Single(Read("providers: {eu: {type: openai, keys: [{value: env.K, models: [gpt-4o]}]}}").Providers);

        Assert.Equal(("openai", "https://api.openai.com/v1"), (provider.PriceAs, provider.BaseUrl.ToString()));
        Assert.Equal(["gpt-4o"], provider.Keys[0].Models);
    }

    [Fact]
    public void Every_known_provider_can_be_configured()
    {
        foreach (var row in ProviderTable.Rows)
        {
            string url = row.BaseUrl.Length > 0 ? "" : row.KeyHeader == KeyHeader.AwsSignature ? "region: eu-central-1, " : "base_url: \"https://example.com/v1\", ";
            string keys = row.Name == ProviderTable.Template ? "" : "keys: [{value: env.K}]";
            var provider = Assert.Single(Read($"providers: {{{row.Name}: {{{url}{keys}}}}}").Providers);
            Assert.NotEmpty(provider.Row.Speaks);
            Assert.Equal(row.Name == ProviderTable.Compatible ? row.Name : provider.PriceAs, row.Name);
        }
    }

    [Theory]
    [InlineData("fallbacks: []", 1, "'providers' is missing")]
    [InlineData("providers: {}", 1, "'providers' is empty")]
    [InlineData("providers: {openai: }", 1, "has no keys")]
    [InlineData("providers:\n  openai: {base_url: \"https://x/v1\"}", 2, "has no keys")]
    [InlineData("providers:\n  opnai: {keys: [{value: env.K}]}", 2, "the provider 'opnai' is unknown: write one of openai, anthropic")]
    [InlineData("providers:\n  a/b: {base_url: \"https://x/v1\"}", 2, "is no name of a provider")]
    [InlineData("providers:\n  größe: {base_url: \"https://x/v1\"}", 2, "ASCII characters")]
    [InlineData("providers:\n  azure: {keys: [{value: env.K}]}", 2, "https://RESOURCE.openai.azure.com/openai/v1")]
    [InlineData("providers:\n  x:\n    base_url: ftp://x/v1", 3, "is no base URL")]
    [InlineData("providers:\n  x:\n    base_url: https://user:pass@x/v1", 3, "is no base URL")]
    [InlineData("providers:\n  x:\n    base_url: http://example.com/v1\n    keys: [{value: env.K}]", 3, "unencrypted")]
    [InlineData("providers:\n  openai:\n    keys:\n      - value: env.MISSING", 4, "the environment variable 'MISSING' is not set")]
    [InlineData("providers:\n  openai:\n    keys:\n      - value: env.BAD", 4, "holds no key")]
    [InlineData("providers:\n  openai:\n    keys:\n      - {weight: 1}", 4, "'value' is missing from a key")]
    [InlineData("providers:\n  openai:\n    keys:\n      - {value: env.K, weight: 0}", 4, "above 0")]
    [InlineData("providers:\n  openai:\n    keys:\n      - {value: env.K, weight: heavy}", 4, "must be a number from 0 to 1000")]
    [InlineData("providers:\n  openai:\n    keys:\n      - {value: env.K}\n      - {value: env.K}", 5, "two keys 'K'")]
    [InlineData("providers:\n  openai:\n    keys:\n      - {value: env.K, wieght: 1}", 4, "unknown key 'wieght'")]
    [InlineData("providers:\n  openai:\n    keys: [just-text]", 3, "must be written as keys and values")]
    [InlineData("providers: {ollama: }\nfallbacks:\n  - primary: ollama/a\n    secondary: openai/b", 4, "names the provider 'openai', which 'providers' does not have")]
    [InlineData("providers: {ollama: }\nfallbacks:\n  - primary: ollama", 3, "'ollama' is no target")]
    [InlineData("providers: {ollama: }\nfallbacks:\n  - primary: ollama/a\n    tertiary: ollama/b", 4, "has 'tertiary' but no 'secondary'")]
    [InlineData("providers: {ollama: }\nfallbacks:\n  - []", 3, "1 to 8 targets")]
    [InlineData("providers: {ollama: }\nfallbacks:\n  - [ollama/a]\n  - [ollama/a, ollama/b]", 4, "never reached")]
    [InlineData("providers: {ollama: }\nfallbacks: text", 2, "must be a list")]
    [InlineData("providers:\n  openai: {keys: [{value: env.K, models: [gpt-4o-mini]}]}\nfallbacks:\n  - primary: openai/gpt-4o-mini\n    secondary: openai/gpt-4o", 5, "no key of 'openai' is for 'gpt-4o': add the model")]
    [InlineData("providers: {openai: {keys: [{value: env.K, models: [gpt-4o-mini]}]}}\nfallbacks:\n  - [openai/gpt-4o]", 3, "no key of 'openai' is for 'gpt-4o'")]
    [InlineData("providers:\n  x: {base_url: \"https://169.254.169.254/v1\"}", 2, "'169.254.169.254' is a link-local or metadata address")]
    [InlineData("providers:\n  x: {base_url: \"http://[fe80::1]:8000/v1\"}", 2, "is a link-local or metadata address")]
    [InlineData("providers:\n  x:\n    base_url: \"https://[::ffff:100.100.100.200]/v1\"\n    allow_link_local: false", 3, "or allow_link_local: true")]
    [InlineData("providers: {ollama: }\nalarms:\n  rules: [{name: u, kind: unpriced}]\n  webhook:\n    url: https://169.254.1.1/x", 5, "is a link-local or metadata address")]
    [InlineData("providers:\n  openai: {keys: []}", 2, "the provider 'openai' has no keys")]
    [InlineData("providers:\n  openai: {keys: }", 2, "the provider 'openai' has no keys")]
    [InlineData("providers:\n  openai: {keys: [{value: ENV.K}]}", 2, "'ENV.K' would be the key itself: write env.K")]
    [InlineData("providers:\n  openai: {keys: [{value: Env.K}]}", 2, "write env.K")]
    [InlineData("providers:\n  openai: {keys: [{value: \"env:K\"}]}", 2, "write env.K")]
    [InlineData("providers:\n  openai: {keys: [{value: $K}]}", 2, "write env.K")]
    [InlineData("providers:\n  openai: {keys: [{value: \"${K}\"}]}", 2, "write env.K")]
    [InlineData("providers:\n  openai: {keys: [{value: os.environ/K}]}", 2, "write env.K")]
    [InlineData("providers:\n  bedrock: {region: eu-central-1, keys: [{value: env.K, secret: \"%K%\"}]}", 2, "write env.K")]
    [InlineData("providers: {ollama: }\nalarms:\n  rules: [{name: u, kind: unpriced}]\n  webhook: {url: \"https://a/\", secret: ENV.K}", 4, "'ENV.K' would be the secret itself: write env.K")]
    [InlineData("providers:\n  openai: {keys: [{value: env.EMPTY}]}", 2, "the environment variable 'EMPTY' is empty: set it to the key")]
    [InlineData("providers:\n  openai: {keys: [{value: env.}]}", 2, "'env.' lacks the name of an environment variable")]
    [InlineData("providers: {ollama: }\nsemantic_cache: {store: env.EMPTY}", 2, "the environment variable 'EMPTY' is empty")]
    [InlineData("providers: {ollama: }\nsemantic_cache: {store: env.}", 2, "'env.' lacks the name")]
    [InlineData("providers: {ollama: }\nsemantic_cache:\n  similarity_threshold: 1.4", 3, "must be a number from 0.5 to 1")]
    [InlineData("providers: {ollama: }\nsemantic_cache:\n  enabled: yes", 3, "write true or false")]
    [InlineData("providers: {ollama: }\nsemantic_cache:\n  ttl_seconds: 0", 3, "must be a whole number from 1")]
    [InlineData("providers: {ollama: }\nsemantic_cache:\n  mode: sometimes", 3, "write serve, or shadow")]
    [InlineData("providers: {ollama: }\nsemantic_cache:\n  shadow: true\n  mode: serve", 4, "write one of the two")]
    [InlineData("providers: {ollama: }\nsemantic_cache:\n  embedder: openai/x", 3, "write local, or provider/model")]
    [InlineData("providers: {ollama: }\nsemantic_cache:\n  store: redis:fk-secret", 3, "must be sqlite, memory, redis://")]
    [InlineData("providers: {ollama: }\nsemantic_cache:\n  store: env.MISSING", 3, "the environment variable 'MISSING' is not set: set it for 'store'")]
    [InlineData("providers: {ollama: }\nsemantic_cache:\n  max_entries: 0", 3, "must be a whole number from 1 to 5000000")]
    [InlineData("providers: {ollama: }\nsemantic_cache:\n  tenants:\n    nobody: {lists: [a.yaml]}", 4, "is no client key")]
    [InlineData("providers: {ollama: }\nsemantic_cache:\n  tresholds: 1", 3, "unknown key 'tresholds'")]
    [InlineData("providers: {ollama: }\nserver:\n  listen: localhost", 3, "is nothing to listen on")]
    [InlineData("providers: {ollama: }\nserver:\n  listen: 127.0.0.1", 3, "is nothing to listen on")]
    [InlineData("providers: {ollama: }\nresilience:\n  attempt_seconds: 900", 3, "may take longer than all together")]
    [InlineData("providers: {ollama: }\nclient_keys:\n  - {name: a, hash: fk-secret}", 3, "must be sha256:")]
    [InlineData("providers: {ollama: }\nclient_keys:\n  - {name: a}", 3, "'hash' is missing")]
    [InlineData("providers: {ollama: }\nproviders: {ollama: }", 2, "this is not YAML")]
    [InlineData("a: [", 2, "this is not YAML")]
    [InlineData("- list", 1, "expected one document")]
    [InlineData("providers: &a {ollama: }\nserver: *a", 2, "an alias")]
    public void What_is_wrong_is_told_with_its_line(string yaml, int line, string message)
    {
        var error = Assert.Throws<GatewayConfigurationException>(() => Read(yaml));

        Assert.Contains(error.Errors, each => each.Line == line && each.Message.Contains(message, StringComparison.Ordinal));
        Assert.DoesNotContain("fk-secret", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("value-of-", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("providers: {x: {base_url: \"https://user:SECRETXX@h/v1\"}}", "'https://***@h/v1' is no base URL")]
    [InlineData("providers: {x: {base_url: \"https://user:p/w@ SECRETXX@h/v1\"}}", "'https://***@h/v1' is no base URL")]
    [InlineData("providers: {x: {base_url: \"user:SECRETXX@h/v1\"}}", "'***@h/v1' is no base URL")]
    [InlineData("providers: {x: {base_url: \"https://h/v1?api-key=SECRETXX\"}}", "'https://h/v1?***' is no base URL")]
    [InlineData("providers: {ollama: }\ntelemetry: {otlp: \"https://user:SECRETXX@h\"}", "'https://***@h' is no address of a collector")]
    [InlineData("providers: {openai: {keys: [{sk-plain-SECRETXX: 1}]}}", "unknown key '***' in a key")]
    [InlineData("providers: {openai: {keys: [{value: env.sk-plain-SECRETXX}]}}", "variable '***' is not set")]
    [InlineData("providers: {ollama: , fk-SECRETXX: }", "the provider '***'")]
    [InlineData("providers: {ollama: }\nAKIASECRETXX: 1", "unknown key '***'")]
    [InlineData("providers: {ollama: }\nxai-SECRETXX: 1", "unknown key '***'")]
    [InlineData("providers: {ollama: }\nserver: {gsk_SECRETXX: 1}", "unknown key '***' in server")]
    [InlineData("providers: {ollama: }\nfallbacks: [[SECRETXX7mQx0fPq9Rk3Lw8ZbT]]", "'***' is no target")]
    [InlineData("providers: {ollama: }\nfallbacks: [[wJalr9XUtnF2EMI/K7MDENG/bPxRf3iCYzSECRETXX]]", "'***'")]
    [InlineData("sk-SECRETXX: 1\nsk-SECRETXX: 2", "this is not YAML")]
    public void No_error_repeats_what_looks_like_a_secret(string yaml, string said)
    {
        var error = Assert.Throws<GatewayConfigurationException>(() => Read(yaml));

        Assert.Contains(said, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("SECRETXX", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("anthropic/claude-haiku-4-5-20251001")]
    [InlineData("together/Qwen/Qwen3-235B-A22B-Instruct-2507-tput")]
    [InlineData("together/meta-llama/Llama-4-Maverick-17B-128E-Instruct-FP8")]
    [InlineData("bedrock/eu.anthropic.claude-sonnet-4-5-20250929-v1:0")]
    [InlineData("OPENAI_KEY_PRIMARY_2")]
    [InlineData("https://RESOURCE.openai.azure.com/openai/v1")]
    public void Names_and_addresses_are_told_as_they_are(string text) => Assert.Equal(text, StraySecrets.Mask(text));

    [Theory]
    [InlineData("x: {base_url: \"http://169.254.169.254/v1\", allow_link_local: true}")]
    [InlineData("x: {base_url: \"http://169.254.169.254/v1\", use_proxy: true}")]
    [InlineData("ollama: {keys: []}")]
    [InlineData("x: {base_url: \"http://127.0.0.1:8000/v1\", keys: []}")]
    [InlineData("openai: {keys: [{value: sk-$K}]}")]
    [InlineData("openai: {keys: [{value: env.K, models: [a]}, {value: env.L}]}")]
    public void What_is_meant_is_taken(string provider) =>
        Assert.Single(Read($"providers: {{{provider}}}\nfallbacks: [[{provider[..provider.IndexOf(':', StringComparison.Ordinal)]}/b]]").Providers);

    [Fact]
    public void All_errors_are_told_at_once_in_the_order_of_their_lines()
    {
        var error = Assert.Throws<GatewayConfigurationException>(() => Read(
            """
            providrs: {}
            providers:
              openai: {keys: [{value: env.MISSING, weight: -1}]}
            fallbacks:
              - [openai]
            server: {listen: x, max_body_mb: 0}
            """));

        Assert.Equal([1, 3, 3, 5, 6, 6], error.Errors.Select(static each => (int)each.Line).Order());
        Assert.Equal(error.Errors.OrderBy(static each => each.Line), error.Errors);
    }

    [Fact]
    public void A_port_that_is_open_to_all_and_a_key_in_the_file_are_warned_of()
    {
        var configuration = Read("providers:\n  openai: {keys: [{value: sk-in-the-file}]}\nserver: {listen: \"0.0.0.0:80\"}");

        Assert.Collection(
            configuration.Warnings,
            static warning => Assert.StartsWith("gateway.yaml, line 2: a key stands in the file itself", warning, StringComparison.Ordinal),
            static warning => Assert.StartsWith("gateway.yaml, line 3: the gateway listens on 0.0.0.0:80", warning, StringComparison.Ordinal));
        Assert.DoesNotContain("sk-in-the-file", configuration.ToString() + configuration.Providers[0] + configuration.Providers[0].Keys[0], StringComparison.Ordinal);
    }

    [Fact]
    public void No_mutation_crashes_the_reader()
    {
        byte[] original = Encoding.UTF8.GetBytes(Example + "\nserver: {listen: \"127.0.0.1:1\"}\n");
        int good = 0, bad = 0;
        for (int i = 0; i < 2_000; i++)
        {
            try
            {
                Read(Encoding.UTF8.GetString(Mutation.Of(original, new Random(i))));
                good++;
            }
            catch (GatewayConfigurationException)
            {
                bad++;
            }
        }

        Assert.True(good > 20 && bad > 200, $"{good} good, {bad} bad");
    }

    [Fact]
    public void Budgets_are_exact_and_every_mistake_in_one_is_told()
    {
        const string Keys = "providers: {ollama: }\nclient_keys: [{name: a, team: t, hash: \"sha256:0000000000000000000000000000000000000000000000000000000000000000\"}]\n";
        var good = Read(Keys + "budgets: [{name: x, scope: team:t, limit_usd: 0.000000000001, period: month, unpriced: allow, max_output_tokens: 7}, {name: y, scope: all, limit_usd: \"10\", period: day}]").Budgets;
        Assert.Equal([("x", "team:t", 1L, true, 7), ("y", "all", 10_000_000_000_000L, false, 16_384)],
            good.Select(static budget => (budget.Name, budget.Scope.ToString(), budget.Limit.Units, budget.AllowsUnpriced, budget.MaxOutputTokens)));

        var bad = Assert.Throws<GatewayConfigurationException>(() => Read(Keys
            + "budgets: [{name: x, scope: key:none, limit_usd: 0, period: week}, {name: \"a b\", scope: team:none, limit_usd: 1e3, period: day, unpriced: maybe}, {}, {name: x, scope: me, limit_usd: 1000000.01, period: total, other: 1}]"));
        string[] told =
        [
            "'limit_usd' in a budget must be above 0", "'period' in a budget is 'week'", "names a client key that", "'a b' is no name", "names a team that", "is '1e3'",
            "'unpriced' in a budget is 'maybe'", "'name' is missing", "'scope' is missing", "'limit_usd' is missing", "'period' is missing", "'me' is no scope", "at most 1000000", "unknown key 'other'",
        ];
        Assert.Equal(told, told.Where(text => bad.Message.Contains(text, StringComparison.Ordinal)));
    }

    private static GatewayConfiguration Read(string yaml) => GatewayConfiguration.Parse(
        yaml, "gateway.yaml", static name => name switch { "MISSING" or "sk-plain-SECRETXX" => null, "EMPTY" => "", "BAD" => "sk\nx: y", _ => "value-of-" + name });
}
