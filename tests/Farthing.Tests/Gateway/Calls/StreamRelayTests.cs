using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Farthing.Gateway.Booking;
using Farthing.Gateway.Calls;
using Farthing.Gateway.Fallbacks;
using Farthing.Gateway.Providers;
using Farthing.Tests.Gateway.Booking;
using Farthing.Tests.Rendering;
using Microsoft.Extensions.Time.Testing;

namespace Farthing.Tests.Gateway.Calls;

public sealed class StreamRelayTests : IDisposable
{
    private const string Hello = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hello there\"}}]}\n\n";
    private const string Stop = "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";
    private const string Done = "data: [DONE]\n\n";
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(20);

    private readonly ScratchFolder _folder = new();
    private readonly AttemptJournal _journal;
    private readonly FakeTimeProvider _time = new();
    private readonly Pipe _provider = new();
    private readonly SlowClient _client = new();
    private readonly StreamRelay _relay;

    public StreamRelayTests()
    {
        _journal = AttemptJournal.Open(_folder.File("journal"), "own");
        var start = AttemptJournalTests.Ended("r1") with { EndedAt = null, Streamed = true };
        var attempt = OpenAttempt.Start(start, _journal, _time, "{}"u8.ToArray(), WireShape.Chat);
        _relay = new StreamRelay(new HttpResponseMessage(), _provider.Reader.AsStream(), attempt, WireShape.Chat, WireShape.Chat, null, hidesUsage: false);
    }

    [Fact]
    public async Task A_client_that_is_slow_is_not_the_providers_silence()
    {
        await SendAsync(Hello);
        Assert.True(await _relay.BeginAsync(TestContext.Current.CancellationToken));
        Task<AttemptFault> relaying = _relay.RelayAsync(_client, Idle, _time, TestContext.Current.CancellationToken);

        // The second flush is that of what came after the first token.
        Task blocked = _client.BlockAtFlush(2);
        await SendAsync(Hello);
        await blocked.WaitAsync(TestContext.Current.CancellationToken);
        _time.Advance(Idle * 2);
        _client.GoOn();
        await SendAsync(Stop + Done);
        await _provider.Writer.CompleteAsync();

        Assert.Equal(AttemptFault.None, await relaying);
        Assert.Equal(Hello + Hello + Stop + Done, _client.Text);
    }

    [Fact]
    public async Task A_provider_that_falls_silent_is_given_up()
    {
        await SendAsync(Hello);
        Assert.True(await _relay.BeginAsync(TestContext.Current.CancellationToken));
        Task<AttemptFault> relaying = _relay.RelayAsync(_client, Idle, _time, TestContext.Current.CancellationToken);
        while (!relaying.IsCompleted)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.Equal(AttemptFault.TimedOut, await relaying);
        Assert.Contains("stream_interrupted", _client.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stream_that_is_let_go_before_it_is_passed_on_is_a_cancelled_attempt()
    {
        await SendAsync(Hello);
        Assert.True(await _relay.BeginAsync(TestContext.Current.CancellationToken));

        _relay.Dispose();
        _relay.Dispose();

        Assert.Equal((AttemptEnd.Cancelled, true), (_relay.Record.End, _relay.Record.EndedAt is not null));
        Assert.Equal(1, _journal.Waiting);
    }

    public void Dispose()
    {
        _relay.Dispose();
        _journal.Dispose();
        _folder.Dispose();
    }

    private async Task SendAsync(string text) => await _provider.Writer.WriteAsync(Encoding.UTF8.GetBytes(text), TestContext.Current.CancellationToken);

    /// <summary>A client that takes nothing for a while.</summary>
    private sealed class SlowClient : PipeWriter
    {
        private readonly ArrayBufferWriter<byte> _written = new();
        private readonly TaskCompletionSource _blocked = new(), _goOn = new();
        private int _flushes;
        private int _blockedFlush;

        public string Text => Encoding.UTF8.GetString(_written.WrittenSpan);

        /// <summary>Ends when that flush has come.</summary>
        public Task BlockAtFlush(int number)
        {
            _blockedFlush = number;
            return _blocked.Task;
        }

        public void GoOn() => _goOn.SetResult();

        public override void Advance(int bytes) => _written.Advance(bytes);

        public override Memory<byte> GetMemory(int sizeHint = 0) => _written.GetMemory(sizeHint);

        public override Span<byte> GetSpan(int sizeHint = 0) => _written.GetSpan(sizeHint);

        public override async ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
        {
            if (++_flushes == _blockedFlush)
            {
                _blocked.SetResult();
                await _goOn.Task;
            }

            return default;
        }

        public override void CancelPendingFlush()
        {
            // None is cancelled.
        }

        public override void Complete(Exception? exception = null)
        {
            // What was written is looked at.
        }
    }
}
