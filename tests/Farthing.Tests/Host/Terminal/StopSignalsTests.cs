using System.Runtime.InteropServices;
using Farthing.Terminal;

namespace Farthing.Tests.Host.Terminal;

public sealed class StopSignalsTests
{
    [Fact]
    public void The_first_signal_cancels_with_a_line_and_the_second_is_the_systems()
    {
        var notes = new List<string>();
        using var signals = new StopSignals(notes.Add);
        var first = new PosixSignalContext(PosixSignal.SIGINT);
        var second = new PosixSignalContext(PosixSignal.SIGINT);

        signals.Hear(first);
        Assert.True(signals.Token.IsCancellationRequested);
        signals.Hear(second);

        Assert.True(first.Cancel);
        Assert.False(second.Cancel);
        Assert.StartsWith("Stopping after the current step", Assert.Single(notes), StringComparison.Ordinal);
    }
}
