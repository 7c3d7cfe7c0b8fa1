using Farthing.Ledger.Money;
using Farthing.Ledger.Posting;

namespace Farthing.Terminal;

/// <summary>A batch at work.</summary>
/// <param name="Stage">Where it is.</param>
/// <param name="Renders">Pictures in it.</param>
/// <param name="Step">Denoising steps done.</param>
/// <param name="Steps">Denoising steps in all; 0 before the first.</param>
internal readonly record struct BatchState(Stage Stage, int Renders, int Step, int Steps);

/// <summary>Where a run stands at an instant.</summary>
internal sealed record RunSnapshot
{
    /// <summary>The run; empty before it is planned.</summary>
    public required string RunId { get; init; }

    /// <summary>All rows.</summary>
    public required int Total { get; init; }

    /// <summary>Pictures that an earlier start made.</summary>
    public required int AlreadyDelivered { get; init; }

    /// <summary>Pictures made now.</summary>
    public required int Delivered { get; init; }

    /// <summary>Rows without a picture.</summary>
    public required int Failed { get; init; }

    /// <summary>The batches at work, the oldest first.</summary>
    public required IReadOnlyList<BatchState> Batches { get; init; }

    /// <summary>Time since the run was planned.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary>What is booked on the pictures made now.</summary>
    public required CurrencyAmount Cost { get; init; }

    /// <summary>Whether a picture used something that has no price.</summary>
    public required bool HasUnpriced { get; init; }

    /// <summary>Rows that are settled one way or the other.</summary>
    public int Done => AlreadyDelivered + Delivered + Failed;

    /// <summary>Pictures a minute; null before the first.</summary>
    public double? PerMinute => Delivered > 0 && Elapsed > TimeSpan.Zero ? Delivered / Elapsed.TotalMinutes : null;

    /// <summary>Time until the last row at the pace so far, with steps of unfinished pictures counted; null while unknown.</summary>
    public TimeSpan? Left
    {
        get
        {
            double underWay = Batches.Sum(static batch => batch.Renders * ShareDone(batch));
            double made = Delivered + underWay;
            double open = Math.Max(0, Total - Done - underWay);
            return made > 0.05 && Elapsed > TimeSpan.Zero ? Elapsed * (open / made) : null;
        }
    }

    // Denoising is nearly all of a picture's time.
    private static double ShareDone(BatchState batch) => batch.Steps > 0 ? (double)batch.Step / batch.Steps : 0;
}
