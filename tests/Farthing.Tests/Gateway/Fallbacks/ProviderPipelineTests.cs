using System.Net;
using Farthing.Gateway.Booking;
using Farthing.Gateway.Configuration;
using Farthing.Gateway.Fallbacks;
using Farthing.Gateway.Providers;
using Microsoft.Extensions.Time.Testing;
using Polly.CircuitBreaker;

namespace Farthing.Tests.Gateway.Fallbacks;

public sealed class ProviderPipelineTests
{
    private static readonly ResilienceOptions Options = new() { Retries = 0, BreakerMinimum = 4, BreakerFailureRatio = 0.5 };
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 20, 12, 0, 0, TimeSpan.Zero));
    private int _calls;
    private int _opened;

    [Fact]
    public async Task The_breaker_opens_probes_once_and_closes()
    {
        var pipeline = Pipeline(Options);
        for (int i = 0; i < 4; i++)
        {
            Assert.NotNull(await RunAsync(pipeline, AttemptFault.ServerError));
        }

        Assert.Equal((CircuitState.Open, 1), (pipeline.State, _opened));
        Assert.Null(await RunAsync(pipeline, AttemptFault.None));
        Assert.Equal(4, _calls);

        // While the probe is out, nobody else gets through.
        _time.Advance(Options.BreakerBreak);
        var probe = new TaskCompletionSource<AttemptResult>();
        var first = pipeline.RunAsync((_, _) => new ValueTask<AttemptResult>(probe.Task), 0, TestContext.Current.CancellationToken);
        Assert.Equal(CircuitState.HalfOpen, pipeline.State);
        Assert.Null(await RunAsync(pipeline, AttemptFault.None));
        probe.SetResult(Result(AttemptFault.Broken));
        await first;
        Assert.Equal((CircuitState.Open, 2), (pipeline.State, _opened));

        _time.Advance(Options.BreakerBreak);
        Assert.NotNull(await RunAsync(pipeline, AttemptFault.None));
        Assert.Equal(CircuitState.Closed, pipeline.State);
        Assert.NotNull(await RunAsync(pipeline, AttemptFault.None));
    }

    [Theory]
    [InlineData(AttemptFault.Rejected)]
    [InlineData(AttemptFault.KeyRefused)]
    [InlineData(AttemptFault.RateLimited)]
    [InlineData(AttemptFault.Cancelled)]
    public async Task What_is_not_the_providers_fault_leaves_the_breaker_closed(AttemptFault fault)
    {
        var pipeline = Pipeline(Options with { Retries = 3, RetryDelay = TimeSpan.Zero });
        for (int i = 0; i < 20; i++)
        {
            Assert.NotNull(await RunAsync(pipeline, fault));
        }

        Assert.Equal((CircuitState.Closed, 20), (pipeline.State, _calls));
    }

    [Fact]
    public async Task Waits_double_with_jitter_up_to_the_longest()
    {
        var pipeline = Pipeline(Options with { Retries = 4, RetryDelay = TimeSpan.FromSeconds(1), MaxRetryDelay = TimeSpan.FromSeconds(3), BreakerMinimum = 100 });
        var run = RunAsync(pipeline, AttemptFault.TimedOut).AsTask();
        List<double> waits = [];
        for (int known = 1; known <= 4; known++)
        {
            double waited = 0;
            while (_calls == known)
            {
                _time.Advance(TimeSpan.FromMilliseconds(50));
                waited += 0.05;
                await Task.Yield();
                Assert.True(waited < 10);
            }

            waits.Add(waited);
        }

        await run;
        Assert.Equal(5, _calls);
        Assert.All(waits, static wait => Assert.InRange(wait, 0.05, 3.5));
    }

    [Theory]
    [InlineData("169.254.169.254", true)]
    [InlineData("::ffff:169.254.169.254", true)]
    [InlineData("fe80::1", true)]
    [InlineData("fd00:ec2::254", true)]
    [InlineData("168.63.129.16", true)]
    [InlineData("100.100.100.200", true)]
    [InlineData("192.0.0.192", true)]
    [InlineData("64:ff9b::a9fe:a9fe", true)]
    [InlineData("64:ff9b::6464:64c8", true)]
    [InlineData("2002:a9fe:a9fe::1", true)]
    [InlineData("::169.254.169.254", true)]
    [InlineData("::ffff:168.63.129.16", true)]
    [InlineData("::1", false)]
    [InlineData("::", false)]
    [InlineData("64:ff9b::808:808", false)]
    [InlineData("2002:808:808::1", false)]
    [InlineData("127.0.0.1", false)]
    [InlineData("10.0.0.1", false)]
    [InlineData("169.253.0.1", false)]
    [InlineData("2606:4700::1", false)]
    public void Link_local_and_metadata_addresses_are_not_connected_to(string address, bool refused) =>
        Assert.Equal(refused, Connections.IsRefused(IPAddress.Parse(address)));

    [Fact]
    public void The_environments_proxy_is_used_only_where_it_is_asked_for()
    {
        var provider = new ProviderOptions("openai", ProviderTable.Find("openai")!, new Uri("https://example.com/v1"));

        Assert.Equal([false, true], ((ProviderOptions[])[provider, provider with { UseProxy = true }]).Select(static each => Connections.Handler(TimeSpan.FromSeconds(1), false, each.UseProxy).UseProxy));
    }

    private static AttemptResult Result(AttemptFault fault) => new(fault, new AttemptRecord
    {
        RequestId = "r",
        Attempt = 1,
        StartedAt = default,
        Shape = "chat",
        Provider = "p",
        Model = "m",
        Resource = "llm/p/m",
        KeyId = "k",
    });

    private ProviderPipeline Pipeline(ResilienceOptions options) => new(options, _time, static () => 0.5, () => _opened++);

    private ValueTask<AttemptResult?> RunAsync(ProviderPipeline pipeline, AttemptFault fault) => pipeline.RunAsync(
        (_, _) =>
        {
            _calls++;
            return new ValueTask<AttemptResult>(Result(fault));
        },
        0,
        TestContext.Current.CancellationToken);
}
