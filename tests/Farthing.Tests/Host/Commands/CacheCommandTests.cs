using Farthing.Configuration;
using Farthing.Rendering.Embeddings;

namespace Farthing.Tests.Host.Commands;

public sealed class CacheCommandTests
{
    [Theory]
    [InlineData("--embeddings redis", "FARTHING_REDIS")]
    [InlineData("--embeddings http://x", "redis://host:6379")]
    [InlineData("--embeddings redis://:geheim@h/x", "is no number")]
    [InlineData("--embedding-storage fp8", "fp16, fp32")]
    public async Task What_cant_be_followed_is_refused_without_a_secret(string arguments, string told)
    {
        using var rig = new HostRig();

        Assert.Equal(ExitCodes.Usage, await rig.RunAsync(["cache", "stats", .. arguments.Split(' ')]));
        Assert.Contains(told, rig.Notes.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("geheim", rig.Notes.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Statistics_of_nothing_say_what_to_do()
    {
        using var rig = new HostRig();

        Assert.Equal(ExitCodes.Ledger, await rig.RunAsync("cache", "stats"));
        Assert.Contains("No text embeddings are kept", rig.Notes.Output, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Usage, await rig.RunAsync("cache", "warm", rig.Write("s.txt", "on sand"), "--embeddings", "memory"));
        Assert.Equal(ExitCodes.Usage, await rig.RunAsync("cache", "warm", rig.Write("empty.txt", "# nothing\n")));
        Assert.Contains("holds no caption stem", rig.Notes.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_configuration_says_where_embeddings_are_kept()
    {
        var options = FarthingConfiguration.Parse(
            """
            text_embeddings:
              store: redis://:geheim@cache.example:6380
              ttl_days: 7
              memory_mb: 64
              stems: ours.txt
              storage: fp32
              compress: true
            """,
            "farthing.yaml",
            "/etc/farthing").Embeddings;

        Assert.Equal((7, 64, EmbeddingStorage.Fp32, "/etc/farthing/ours.txt"), (options.TtlDays, options.MemoryMiB, options.Storage, options.StemsFile));
        Assert.True(options.Compress);
        Assert.Equal("Redis at cache.example:6380", Assert.IsType<EmbeddingPlace.Redis>(options.Place).Address.Shown);
        Assert.DoesNotContain("geheim", options.ToString(), StringComparison.Ordinal);
        var error = Assert.Throws<ConfigurationException>(() => FarthingConfiguration.Parse(
            "text_embeddings: {store: 'redis://:geheim@h/x', ttl_days: 0, storage: fp8, memory: 3}", "farthing.yaml", "/"));
        Assert.Equal(4, error.Errors.Count);
        Assert.DoesNotContain("geheim", error.Message, StringComparison.Ordinal);
    }
}
