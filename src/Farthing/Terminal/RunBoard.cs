using Farthing.Ledger.Money;
using Farthing.Ledger.Posting;
using Farthing.Rendering.Jobs;
using Farthing.Rendering.Manifests;

namespace Farthing.Terminal;

/// <summary>Keeps count of what a run tells, for whoever draws it. Safe for threads.</summary>
internal sealed class RunBoard(TimeProvider time) : IRenderObserver
{
    private readonly Lock _gate = new();
    private readonly List<(string Id, BatchState State)> _batches = [];
    private readonly Queue<string> _notes = new();
    private string _runId = "";
    private long _start = time.GetTimestamp();
    private int _total;
    private int _already;
    private int _delivered;
    private int _failed;
    private Int128 _cost;
    private bool _hasUnpriced;

    /// <inheritdoc/>
    public void Started(string runId, int total, int alreadyDelivered)
    {
        lock (_gate)
        {
            (_runId, _total, _already, _start) = (runId, total, alreadyDelivered, time.GetTimestamp());
        }
    }

    /// <inheritdoc/>
    public void StageStarted(string batchId, Stage stage, int renders)
    {
        lock (_gate)
        {
            int at = _batches.FindIndex(batch => batch.Id == batchId);
            if (at < 0)
            {
                _batches.Add((batchId, new BatchState(stage, renders, 0, 0)));
            }
            else
            {
                _batches[at] = (batchId, _batches[at].State with { Stage = stage, Renders = renders });
            }
        }
    }

    /// <inheritdoc/>
    public void StepDone(string batchId, int done, int steps)
    {
        lock (_gate)
        {
            int at = _batches.FindIndex(batch => batch.Id == batchId);
            if (at >= 0)
            {
                _batches[at] = (batchId, _batches[at].State with { Step = done, Steps = steps });
            }
        }
    }

    /// <inheritdoc/>
    public void Delivered(string id, string path, Amount? cost)
    {
        lock (_gate)
        {
            _delivered++;
            _cost += cost?.Units ?? 0;
            _hasUnpriced |= cost is null;
            TakeFromFinishing();
        }
    }

    /// <inheritdoc/>
    public void Failed(RowError reason)
    {
        lock (_gate)
        {
            _failed++;
            _notes.Enqueue(RunLines.Failed(reason));
        }
    }

    /// <inheritdoc/>
    public void Warned(string id, string message)
    {
        lock (_gate)
        {
            _notes.Enqueue(RunLines.Warned(id, message));
        }
    }

    /// <summary>Lines for people that nobody took yet.</summary>
    public IReadOnlyList<string> TakeNotes()
    {
        lock (_gate)
        {
            string[] notes = [.. _notes];
            _notes.Clear();
            return notes;
        }
    }

    /// <summary>Where the run stands.</summary>
    public RunSnapshot Read()
    {
        lock (_gate)
        {
            return new RunSnapshot
            {
                RunId = _runId,
                Total = _total,
                AlreadyDelivered = _already,
                Delivered = _delivered,
                Failed = _failed,
                Batches = [.. _batches.Select(static batch => batch.State)],
                Elapsed = time.GetElapsedTime(_start),
                Cost = new CurrencyAmount(_cost, Currency.Usd),
                HasUnpriced = _hasUnpriced,
            };
        }
    }

    // A picture does not tell its batch; batches finish in the order they came, so it is that of the oldest one whose
    // steps are all done.
    private void TakeFromFinishing()
    {
        int at = _batches.FindIndex(static batch =>
            batch.State.Stage == Stage.FinishAndStore || batch.State is { Stage: Stage.Vae, Steps: > 0 });
        if (at < 0)
        {
            return;
        }

        (string id, BatchState state) = _batches[at];
        if (state.Renders > 1)
        {
            _batches[at] = (id, state with { Renders = state.Renders - 1 });
        }
        else
        {
            _batches.RemoveAt(at);
        }
    }
}
