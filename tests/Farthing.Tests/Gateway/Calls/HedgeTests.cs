using Farthing.Gateway.Booking;
using Farthing.Gateway.Calls;
using Farthing.Gateway.Fallbacks;
using Farthing.Gateway.Providers;
using Farthing.Tests.Rendering;
using Microsoft.Extensions.Time.Testing;

namespace Farthing.Tests.Gateway.Calls;

public sealed class HedgeTests : IDisposable
{
    private static readonly TimeSpan After = TimeSpan.FromSeconds(1);
    private readonly ScratchFolder _folder = new();
    private readonly FakeTimeProvider _time = new();
    private readonly AttemptJournal _journal;

    public HedgeTests() => _journal = AttemptJournal.Open(_folder.FullName, "hedge");

    public void Dispose()
    {
        _journal.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Where_both_have_a_stream_one_is_given_and_the_other_let_go_and_booked(bool firstIsEarlier)
    {
        using var first = new Lane(CancellationToken.None, CancellationToken.None);
        using var second = new Lane(CancellationToken.None, CancellationToken.None);
        TaskCompletionSource<CallResult> slow = new(TaskCreationOptions.RunContinuationsAsynchronously), beside = new(TaskCreationOptions.RunContinuationsAsynchronously);
        var (slowResult, slowBody) = Streaming(1);
        var (besideResult, besideBody) = Streaming(2);
        var hedged = new Hedge(After, _time).RunAsync(first, () => slow.Task, second, () => beside.Task, CancellationToken.None);
        _time.Advance(After);

        (firstIsEarlier ? slow : beside).SetResult(firstIsEarlier ? slowResult : besideResult);
        (firstIsEarlier ? beside : slow).SetResult(firstIsEarlier ? besideResult : slowResult);
        CallResult taken = await hedged;

        bool isFirst = ReferenceEquals(taken, slowResult);
        Assert.True(isFirst || ReferenceEquals(taken, besideResult));
        Assert.Equal((!isFirst, isFirst), (slowBody.IsDisposed, besideBody.IsDisposed));
        var (lost, kept) = isFirst ? (2, 1) : (1, 2);
        string lines = string.Concat(JournalFolder.Files(_journal.Folder).Select(File.ReadAllText));
        Assert.Contains($"\"Attempt\":{lost},", lines.Split('\n').Single(static line => line.Contains("cancelled", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Equal(1, lines.Split('\n').Count(line => line.Contains($"\"Attempt\":{kept},", StringComparison.Ordinal)));
        Assert.True((isFirst ? second : first).Client.IsCancellationRequested);
        Assert.False((isFirst ? first : second).Client.IsCancellationRequested);
    }

    [Fact]
    public async Task An_answer_in_time_starts_no_second_lane()
    {
        using var first = new Lane(CancellationToken.None, CancellationToken.None);
        using var second = new Lane(CancellationToken.None, CancellationToken.None);
        var answer = new CallResult(1, null);

        CallResult taken = await new Hedge(After, _time).RunAsync(first, () => Task.FromResult(answer), second, static () => throw new InvalidOperationException(), CancellationToken.None);

        Assert.Same(answer, taken);
    }

    private (CallResult Result, Body Body) Streaming(int attempt)
    {
        var record = new AttemptRecord
        {
            RequestId = "r",
            Attempt = attempt,
            StartedAt = _time.GetUtcNow(),
            Shape = "chat",
            Provider = "openai",
            Model = "m",
            Resource = "llm/openai/m",
            KeyId = "k",
        };
        var open = OpenAttempt.Start(record, _journal, _time, "{}"u8.ToArray(), WireShape.Chat);
        var body = new Body();
        var relay = new StreamRelay(new HttpResponseMessage { Content = new StreamContent(body) }, body, open, WireShape.Chat, WireShape.Chat, null, false);
        return (new CallResult(attempt, new AttemptResult(AttemptFault.None, record) { Stream = relay }), body);
    }

    private sealed class Body : MemoryStream
    {
        public bool IsDisposed { get; private set; }

        protected override void Dispose(bool disposing)
        {
            IsDisposed = true;
            base.Dispose(disposing);
        }
    }
}
