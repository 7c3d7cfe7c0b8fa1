using System.Globalization;
using Farthing.Diffusion.Evaluation;

namespace Farthing.Terminal;

/// <summary>An evaluation's progress where it is no terminal: a line when it turns to something else, and every five seconds.</summary>
internal sealed class EvaluationLines(Action<string> write, TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    private string _what = "";
    private long _lastLine = time.GetTimestamp();

    /// <summary>Hears how far it is, on one thread.</summary>
    public void Tell(EvaluationProgress progress)
    {
        if (progress.What != _what || progress.Done == progress.Total || time.GetElapsedTime(_lastLine) >= Pause)
        {
            write(string.Create(CultureInfo.InvariantCulture, $"{progress.What}, {progress.Done} of {progress.Total} pictures"));
            (_what, _lastLine) = (progress.What, time.GetTimestamp());
        }
    }
}
