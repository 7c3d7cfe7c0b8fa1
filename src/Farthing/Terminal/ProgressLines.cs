using Farthing.Ledger.Money;
using Farthing.Ledger.Posting;
using Farthing.Rendering.Jobs;
using Farthing.Rendering.Manifests;

namespace Farthing.Terminal;

/// <summary>Progress where it is no terminal: a line a picture, and at most one a second for steps.</summary>
internal sealed class ProgressLines(Action<string> write, TimeProvider time) : IRenderObserver
{
    private static readonly TimeSpan StepPause = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly RunBoard _board = new(time);
    private long _lastLine = time.GetTimestamp();

    /// <inheritdoc/>
    public void Started(string runId, int total, int alreadyDelivered)
    {
        _board.Started(runId, total, alreadyDelivered);
        Write(RunLines.Started(runId, total, alreadyDelivered));
    }

    /// <inheritdoc/>
    public void StageStarted(string batchId, Stage stage, int renders) => _board.StageStarted(batchId, stage, renders);

    /// <inheritdoc/>
    public void StepDone(string batchId, int done, int steps)
    {
        _board.StepDone(batchId, done, steps);
        lock (_gate)
        {
            if (time.GetElapsedTime(_lastLine) < StepPause)
            {
                return;
            }

            Write(RunLines.Step(_board.Read(), done, steps));
        }
    }

    /// <inheritdoc/>
    public void Delivered(string id, string path, Amount? cost)
    {
        lock (_gate)
        {
            _board.Delivered(id, path, cost);
            Write(RunLines.Delivered(_board.Read(), id, path, cost));
        }
    }

    /// <inheritdoc/>
    public void Failed(RowError reason)
    {
        _board.Failed(reason);
        WriteNotes();
    }

    /// <inheritdoc/>
    public void Warned(string id, string message)
    {
        _board.Warned(id, message);
        WriteNotes();
    }

    private void WriteNotes()
    {
        foreach (string note in _board.TakeNotes())
        {
            Write(note);
        }
    }

    private void Write(string line)
    {
        lock (_gate)
        {
            write(line);
            _lastLine = time.GetTimestamp();
        }
    }
}
