using System.Runtime.InteropServices;

namespace Farthing.Terminal;

/// <summary>Ctrl-C and SIGTERM: the first stops between steps, the second ends the process at once.</summary>
internal sealed class StopSignals : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Action<string> _note;
    private readonly string _word;
    private readonly PosixSignalRegistration[] _registrations;

    /// <summary>Listens until it is disposed.</summary>
    /// <param name="note">Hears a line for people.</param>
    /// <param name="word">What is said at the first signal; null for what holds for renders.</param>
    public StopSignals(Action<string> note, string? word = null)
    {
        _note = note;
        _word = word ?? "Stopping after the current step; finished pictures and all costs are kept. Once more ends at once.";
        _registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, Hear),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, Hear),
        ];
    }

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => _stop.Token;

    /// <summary>What a signal does: the second is left to the system, which ends the process.</summary>
    internal void Hear(PosixSignalContext signal)
    {
        if (_stop.IsCancellationRequested)
        {
            return;
        }

        signal.Cancel = true;
        _note(_word);
        _stop.Cancel();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Array.ForEach(_registrations, static registration => registration.Dispose());
        _stop.Dispose();
    }
}
