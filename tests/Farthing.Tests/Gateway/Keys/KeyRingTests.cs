using Farthing.Gateway.Configuration;
using Farthing.Gateway.Fallbacks;
using Farthing.Gateway.Keys;
using Farthing.Gateway.Providers;
using Microsoft.Extensions.Time.Testing;

namespace Farthing.Tests.Gateway.Keys;

public sealed class KeyRingTests
{
    private static readonly KeyOptions A = new("a", new Secret("ka")) { Weight = 0.7 };
    private static readonly KeyOptions B = new("b", new Secret("kb")) { Weight = 0.3, Models = ["m", "n"] };
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 20, 12, 0, 0, TimeSpan.Zero));
    private double _next;

    [Theory]
    [InlineData(0, "a")]
    [InlineData(0.699, "a")]
    [InlineData(0.701, "b")]
    [InlineData(0.9999999, "b")]
    public void Weights_decide(double number, string key)
    {
        _next = number;
        Assert.Equal(key, Ring().Choose("m", [])!.Id);
    }

    [Fact]
    public void Shares_follow_the_weights()
    {
        var random = new Random(1);
        var ring = new KeyRing(Provider(), new ResilienceOptions(), _time, random.NextDouble);
        int ofA = Enumerable.Range(0, 10_000).Count(_ => ring.Choose("m", []) == A);
        Assert.InRange(ofA, 6_850, 7_150);
    }

    [Fact]
    public void A_key_serves_its_own_models_only()
    {
        _next = 0.99;
        Assert.Same(A, Ring().Choose("other", []));
        Assert.Null(Ring().Choose("other", [A]));
    }

    [Fact]
    public void A_limited_key_rests_for_as_long_as_it_was_told()
    {
        var ring = Ring();
        ring.Limited(A, TimeSpan.FromSeconds(30));
        Assert.Same(B, ring.Choose("m", []));
        Assert.Null(ring.Choose("m", [B]));
        Assert.Equal(_time.GetUtcNow().AddSeconds(30), ring.RestsUntil("m"));

        _time.Advance(TimeSpan.FromSeconds(29));
        Assert.Same(B, ring.Choose("m", []));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Same(A, ring.Choose("m", []));

        ring.Limited(A, null);
        _time.Advance(TimeSpan.FromSeconds(9));
        Assert.Same(B, ring.Choose("m", []));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Same(A, ring.Choose("m", []));
    }

    [Fact]
    public void A_refused_key_is_out_until_a_probe_succeeds_and_probes_grow_rarer()
    {
        var ring = Ring();
        ring.Refused(A);
        ring.Refused(A);
        foreach (int wait in (int[])[60, 120, 240, 480, 960, 1920, 3600, 3600])
        {
            _time.Advance(TimeSpan.FromSeconds(wait - 1));
            Assert.Empty(ring.DueForProbe());
            _time.Advance(TimeSpan.FromSeconds(1));
            Assert.Same(A, Assert.Single(ring.DueForProbe()));
            Assert.Empty(ring.DueForProbe());
            Assert.Same(B, ring.Choose("m", []));
            ring.Probed(A, false);
        }

        _time.Advance(TimeSpan.FromHours(1));
        ring.Probed(Assert.Single(ring.DueForProbe()), true);
        Assert.Same(A, ring.Choose("m", []));
        Assert.Equal((2, 2), ring.Count());

        ring.Refused(A);
        _time.Advance(TimeSpan.FromSeconds(60));
        Assert.Single(ring.DueForProbe());
    }

    [Fact]
    public void A_refused_model_passes_its_key_over_until_one_call_tries_again_and_tries_grow_rarer()
    {
        var ring = Ring();
        ring.Ended(A, "m", AttemptFault.ModelRefused);
        foreach (int wait in (int[])[60, 120, 240, 480, 600, 600])
        {
            _time.Advance(TimeSpan.FromSeconds(wait - 1));
            Assert.Same(B, ring.Choose("m", []));
            Assert.True(ring.Refuses("m"));
            Assert.Same(A, ring.Choose("n", []));
            ring.Ended(A, "n", AttemptFault.None);
            Assert.Equal(new RefusedModel("m", _time.GetUtcNow().AddSeconds(1)), Assert.Single(ring.Look()[0].RefusedModels));

            _time.Advance(TimeSpan.FromSeconds(1));
            Assert.False(ring.Refuses("m"));
            Assert.Same(A, ring.Choose("m", []));

            // While that call is under way others go on without, whatever calls that began before say.
            Assert.Same(B, ring.Choose("m", []));
            Assert.Equal(new RefusedModel("m", null), Assert.Single(ring.Look()[0].RefusedModels));
            ring.Ended(A, "m", AttemptFault.ModelRefused);
            ring.Ended(A, "m", AttemptFault.ModelRefused);
        }

        // One that ends without telling leaves the next call to try, and an answer begins anew.
        _time.Advance(TimeSpan.FromMinutes(10));
        Assert.Same(A, ring.Choose("m", []));
        ring.Ended(A, "m", null);
        Assert.Same(A, ring.Choose("m", []));
        ring.Ended(A, "m", AttemptFault.None);
        Assert.Empty(ring.Look()[0].RefusedModels);
        Assert.Same(A, ring.Choose("m", []));
        Assert.Same(A, ring.Choose("m", []));
        ring.Ended(A, "m", AttemptFault.ModelRefused);
        _time.Advance(TimeSpan.FromSeconds(60));
        Assert.Same(A, ring.Choose("m", []));
    }

    [Fact]
    public void A_key_remembers_so_many_refused_models_and_a_new_configuration_knows_them()
    {
        var ring = Ring();
        for (int i = 0; i < 100; i++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(1));
            ring.Ended(A, $"m{i}", AttemptFault.ModelRefused);
        }

        Assert.Equal(Enumerable.Range(36, 64).Select(static i => $"m{i}"), ring.Look()[0].RefusedModels.Select(static each => each.Model).Order(StringComparer.Ordinal));
        Assert.Same(A, ring.Choose("m35", []));
        Assert.Null(ring.Choose("m99", []));

        // The try that is under way reports to the earlier ring, so that the later one has its own.
        _time.Advance(TimeSpan.FromSeconds(60));
        Assert.Same(A, ring.Choose("m99", []));
        ring.Ended(A, "m98", AttemptFault.None);
        ring.Ended(A, "m97", AttemptFault.ModelRefused);
        var later = Ring();
        later.CarryFrom(ring);
        Assert.Same(A, later.Choose("m99", []));
        Assert.Null(later.Choose("m99", []));
        Assert.True(later.Refuses("m99"));
        Assert.Same(A, later.Choose("m98", []));
        Assert.Same(A, later.Choose("m98", []));
    }

    [Fact]
    public void Where_nobody_refused_a_model_a_choice_allocates_nothing()
    {
        var ring = Ring();
        List<KeyOptions> tried = [];
        Assert.Equal(0, Allocations.Least(() =>
        {
            for (int i = 0; i < 1_000; i++)
            {
                ring.Ended(ring.Choose("m", tried)!, "m", AttemptFault.None);
            }
        }));
    }

    [Fact]
    public void A_server_without_keys_has_one_choice()
    {
        var ring = new KeyRing(new ProviderOptions("ollama", ProviderTable.Find("ollama")!, new Uri("http://127.0.0.1/v1")), new ResilienceOptions(), _time, () => 0);
        Assert.Same(KeyRing.NoKey, ring.Choose("any", []));
        Assert.Null(ring.Choose("any", [KeyRing.NoKey]));
    }

    [Fact]
    public void A_clients_key_is_found_by_its_hash_and_limited_by_the_minute()
    {
        string shown = ClientKeys.Create();
        Assert.Matches("^fk-[A-Za-z0-9_-]{43}$", shown);
        var keys = new ClientKeys([new ClientKeyOptions("team", ClientKeys.HashOf(shown)) { RequestsPerMinute = 2, Models = ["openai/*", "captions"] }], _time);
        Assert.Null(keys.Find(null));
        Assert.Null(keys.Find(shown + "x"));
        var key = keys.Find(shown)!;

        Assert.Null(key.TryTake(0, out _));
        Assert.Null(key.TryTake(0, out _));
        Assert.Equal(TimeSpan.FromSeconds(30), key.TryTake(0, out _));
        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.Null(key.TryTake(0, out _));
        Assert.NotNull(key.TryTake(0, out _));

        Assert.True(key.Allows("gpt-4o", new ModelTarget("openai", "gpt-4o")));
        Assert.True(key.Allows("captions", new ModelTarget("anthropic", "claude")));
        Assert.False(key.Allows("claude", new ModelTarget("anthropic", "claude")));
        Assert.False(key.Allows("x", new ModelTarget("openai-eu", "gpt-4o")));
    }

    [Theory]
    [InlineData(5, 5, 50, 45)]
    [InlineData(5, 3, 50, 47)]
    [InlineData(50, 40, 5, 5)]
    [InlineData(50, 48, 5, 2)]
    [InlineData(5, 5, 5, 0)]
    [InlineData(5, 5, 0, 60)]
    public void A_raised_rate_holds_at_once_less_what_was_used_and_a_lowered_one_too(int before, int used, int after, int left)
    {
        ClientKeyOptions[] Keys(int rate) => [new ClientKeyOptions("team", ClientKeys.HashOf("fk-key")) { RequestsPerMinute = rate }];
        var earlier = new ClientKeys(Keys(before), _time);
        for (int i = 0; i < used; i++)
        {
            Assert.Null(earlier.Find("fk-key")!.TryTake(0, out _));
        }

        ClientKey key = new ClientKeys(Keys(after), _time, earlier).Find("fk-key")!;

        Assert.Equal(left, Enumerable.Range(0, 60).Count(each => key.TryTake(0, out bool _) is null));
    }

    private static ProviderOptions Provider() => new("p", ProviderTable.Find("openai")!, new Uri("https://x/v1")) { Keys = [A, B] };

    private KeyRing Ring() => new(Provider(), new ResilienceOptions(), _time, () => _next);
}
