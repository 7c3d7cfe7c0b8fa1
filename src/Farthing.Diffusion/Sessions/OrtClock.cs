namespace Farthing.Diffusion.Sessions;

/// <summary>
/// Tells when a run of a model begins and ends, on the thread that calls it, so that a measurement can split ONNX Runtime's
/// time from the rest. Nobody listens in normal use; then it does nothing and allocates nothing.
/// </summary>
internal static class OrtClock
{
    /// <summary>Called with true when a run begins and with false when it ends, from several threads; null for nobody.</summary>
    public static Action<bool>? Listener { get; set; }

    /// <summary>Begins a run; dispose the result when it has returned.</summary>
    public static Interval Begin()
    {
        var listener = Listener;
        listener?.Invoke(true);
        return new Interval(listener);
    }

    /// <summary>One run, ended by its disposal.</summary>
    public readonly ref struct Interval(Action<bool>? listener)
    {
        /// <summary>Ends the run.</summary>
        public void Dispose() => listener?.Invoke(false);
    }
}
