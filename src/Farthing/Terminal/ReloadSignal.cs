using System.Runtime.InteropServices;

namespace Farthing.Terminal;

/// <summary>SIGHUP: something is to be read again.</summary>
internal sealed class ReloadSignal : IDisposable
{
    private readonly Func<Task> _reload;
    private readonly PosixSignalRegistration _registration;

    /// <summary>Listens until it is disposed.</summary>
    /// <param name="reload">Reads it; it tells of its faults itself.</param>
    public ReloadSignal(Func<Task> reload)
    {
        _reload = reload;
        _registration = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Hear);
    }

    /// <inheritdoc/>
    public void Dispose() => _registration.Dispose();

    private void Hear(PosixSignalContext signal)
    {
        // Else the process ends.
        signal.Cancel = true;
        _ = _reload();
    }
}
