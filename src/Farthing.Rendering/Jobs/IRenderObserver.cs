using Farthing.Ledger.Money;
using Farthing.Ledger.Posting;
using Farthing.Rendering.Manifests;

namespace Farthing.Rendering.Jobs;

/// <summary>Hears what a run does, from several threads. What it throws ends the run.</summary>
public interface IRenderObserver
{
    /// <summary>The run is planned.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="total">All rows of the run.</param>
    /// <param name="alreadyDelivered">Rows that an earlier start delivered.</param>
    void Started(string runId, int total, int alreadyDelivered);

    /// <summary>A batch is in a stage now.</summary>
    void StageStarted(string batchId, Stage stage, int renders);

    /// <summary>A batch did a denoising step.</summary>
    void StepDone(string batchId, int done, int steps);

    /// <summary>A picture is stored and booked.</summary>
    /// <param name="id">The row's id.</param>
    /// <param name="path">The picture's file.</param>
    /// <param name="cost">What is booked on it; null where a usage has no price.</param>
    void Delivered(string id, string path, Amount? cost);

    /// <summary>A row gives no picture.</summary>
    void Failed(RowError reason);

    /// <summary>Something a person should know about a row, or about the run where the id is empty.</summary>
    void Warned(string id, string message);
}
