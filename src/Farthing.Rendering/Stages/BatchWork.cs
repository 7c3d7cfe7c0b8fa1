using Farthing.Ledger.Metering;
using Farthing.Ledger.Money;
using Farthing.Ledger.Posting;
using Farthing.Rendering.Jobs;
using Farthing.Rendering.Precision;

namespace Farthing.Rendering.Stages;

/// <summary>A batch on its way, with the device time that each of its stages took.</summary>
internal sealed class BatchWork(string id, IReadOnlyList<RenderItem> items)
{
    private readonly Lock _gate = new();
    private readonly List<StageUse> _uses = [];

    public string Id { get; } = id;

    public IReadOnlyList<RenderItem> Items { get; } = items;

    /// <summary>Items that may still give a picture.</summary>
    public IReadOnlyList<RenderItem> Live => [.. Items.Where(i => i.Failure is null)];

    public JobShape Shape => Items[0].Job.Shape;

    /// <summary>The model that all of them are drawn with.</summary>
    public RenderModel Model => Items[0].Job.Model;

    /// <summary>What denoising gave: [live items, 4, height/8, width/8].</summary>
    public float[] Latents { get; set; } = [];

    /// <summary>The live items as denoising saw them.</summary>
    public IReadOnlyList<RenderItem> Denoised { get; set; } = [];

    /// <summary>Meters some work of a stage for the items that are live when it begins.</summary>
    public T Metered<T>(LeaseMeter meter, Stage stage, int weight, Func<T> work)
    {
        var members = Live.Select(i => i.Member).ToList();
        var activity = meter.Begin(stage, Id, weight);
        try
        {
            return work();
        }
        finally
        {
            Add(stage, activity.End(), members);
        }
    }

    /// <summary>Meters some work of a stage that only some items cause, and gives its device time.</summary>
    public DeviceTime Metered(LeaseMeter meter, Stage stage, int weight, IEnumerable<RenderItem> items, Action work)
    {
        var members = items.Select(i => i.Member).ToList();
        var activity = meter.Begin(stage, Id, weight);
        try
        {
            work();
        }
        finally
        {
            Add(stage, activity.End(), members);
        }

        return activity.End();
    }

    /// <inheritdoc cref="Metered{T}"/>
    public async Task MeteredAsync(LeaseMeter meter, Stage stage, int weight, Func<Task> work)
    {
        var members = Live.Select(i => i.Member).ToList();
        var activity = meter.Begin(stage, Id, weight);
        try
        {
            await work().ConfigureAwait(false);
        }
        finally
        {
            Add(stage, activity.End(), members);
        }
    }

    /// <summary>The batch's device time as charges, every microsecond on one render.</summary>
    public IReadOnlyList<UsageFact> DeviceFacts(Lease lease, DateTimeOffset at)
    {
        lock (_gate)
        {
            return [.. _uses.SelectMany((use, n) => BatchSplit.Facts(lease, $"{Id}.{n}", use.Stage, at, use.Time, use.Members))];
        }
    }

    private void Add(Stage stage, DeviceTime time, List<BatchMember> members)
    {
        lock (_gate)
        {
            _uses.Add(new StageUse(stage, time, members));
        }
    }

    private sealed record StageUse(Stage Stage, DeviceTime Time, List<BatchMember> Members);
}
