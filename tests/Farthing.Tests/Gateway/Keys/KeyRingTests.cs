using Farthing.Gateway.Configuration;
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

    private static ProviderOptions Provider() => new("p", ProviderTable.Find("openai")!, new Uri("https://x/v1")) { Keys = [A, B] };

    private KeyRing Ring() => new(Provider(), new ResilienceOptions(), _time, () => _next);
}
