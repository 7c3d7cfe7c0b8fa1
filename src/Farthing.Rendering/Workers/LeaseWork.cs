using Farthing.Ledger.Metering;

namespace Farthing.Rendering.Workers;

/// <summary>Work that belongs to the lease rather than to a render. Whether it ends well or by an error, its time is charged.</summary>
internal sealed class LeaseWork(LeaseKeeper keeper, MeterActivity activity) : IDisposable
{
    private bool _ended;

    /// <summary>Ends it and notes its time; again, it changes nothing.</summary>
    public void Dispose()
    {
        if (!_ended)
        {
            _ended = true;
            keeper.Note(activity.Stage, activity.End());
        }
    }
}
