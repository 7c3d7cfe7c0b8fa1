using System.Globalization;
using Farthing.Diffusion.Quantization;

namespace Farthing.Terminal;

/// <summary>A quantizer's progress where it is no terminal: where a stage begins and ends, and every five seconds between.</summary>
internal sealed class QuantizeLines(Action<string> write, TimeProvider time) : IProgress<QuantizeProgress>
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private QuantizeStage? _stage;
    private int _done;
    private long _lastLine = time.GetTimestamp();

    /// <inheritdoc/>
    public void Report(QuantizeProgress value)
    {
        lock (_gate)
        {
            if (value.Note is { } note)
            {
                write(note);
            }

            // Lanes report out of order; a line never goes back.
            bool isNew = value.Stage != _stage;
            if (!isNew && value.Done <= _done)
            {
                return;
            }

            (_stage, _done) = (value.Stage, value.Done);
            if (isNew || value.Done == value.Total || time.GetElapsedTime(_lastLine) >= Pause)
            {
                write(string.Create(CultureInfo.InvariantCulture, $"{QuantizeWords.Of(value.Stage)} {value.Done}/{value.Total}"));
                _lastLine = time.GetTimestamp();
            }
        }
    }
}
