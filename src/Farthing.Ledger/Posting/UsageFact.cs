using Farthing.Ledger.Money;
using Farthing.Ledger.Prices;

namespace Farthing.Ledger.Posting;

/// <summary>
/// One use of one resource, without its price: what was counted, when, for which attempt of which render.
/// Facts may come in any order and more than once: the id makes a repeat harmless.
/// </summary>
public sealed record UsageFact
{
    /// <summary>An id longer than this is refused.</summary>
    public const int MaxIdLength = 400;

    private readonly DateTimeOffset _at;

    /// <summary>The permanent id, such as <c>run/render/attempt/stage/seq</c>.</summary>
    public required string Id { get; init; }

    /// <summary>When it was used; the price and the exchange rate of that instant hold. Kept to the microsecond.</summary>
    public required DateTimeOffset At
    {
        get => _at;
        init => _at = EventTime.FromMicroseconds(EventTime.ToMicroseconds(value));
    }

    /// <summary>The run that it belongs to.</summary>
    public required string RunId { get; init; }

    /// <summary>The render; null for what belongs to a lease as a whole.</summary>
    public string? RenderId { get; init; }

    /// <summary>The attempt of the render, from 1; 0 where there is no render.</summary>
    public int Attempt { get; init; }

    /// <summary>What it was spent on.</summary>
    public required Stage Stage { get; init; }

    /// <summary>What was used, such as <c>cpu</c>; with the meter it finds the price.</summary>
    public required string Resource { get; init; }

    /// <summary>What was counted: one of <see cref="Meters"/>.</summary>
    public required string Meter { get; init; }

    /// <summary>
    /// How much, in the meter's base unit. For <see cref="Meters.DeviceTime"/> it is device-microseconds × the
    /// lease's cores (1 for a GPU). Negative only in the ledger's own corrections.
    /// </summary>
    public required long Quantity { get; init; }

    /// <summary>The device time behind a device-time quantity; null for other meters.</summary>
    public DeviceTime? DeviceTime { get; init; }

    /// <summary>The lease that the device time is part of; it must be open.</summary>
    public string? LeaseId { get; init; }

    /// <summary>The batch that this is a share of.</summary>
    public string? BatchId { get; init; }

    /// <summary>How the batch was split, such as <see cref="BatchSplit.Method"/>.</summary>
    public string? SplitMethod { get; init; }

    /// <summary>The weight of this share in the split.</summary>
    public long? Weight { get; init; }

    /// <summary>The render's tags.</summary>
    public TagSet Tags { get; init; } = TagSet.None;

    /// <summary>The numeric precision that its render's denoising ran at, such as <c>int8</c>; empty where it is not known.</summary>
    public string Precision { get; init; } = "";

    /// <summary>Whether the ledger inferred it (time lost with a dead worker) rather than measured it.</summary>
    public bool Estimated { get; init; }

    /// <summary>Device time on a lease, with the quantity in core-microseconds.</summary>
    /// <exception cref="OverflowException">The quantity is beyond 64 bits.</exception>
    public static UsageFact OnDevice(string id, DateTimeOffset at, Lease lease, Stage stage, DeviceTime time)
    {
        ArgumentNullException.ThrowIfNull(lease);
        return new UsageFact
        {
            Id = id,
            At = at,
            RunId = lease.RunId,
            Stage = stage,
            Resource = lease.Resource,
            Meter = Meters.DeviceTime,
            Quantity = time.CoreMicroseconds(lease.Cores),
            DeviceTime = time,
            LeaseId = lease.Id,
        };
    }

    /// <summary>The first thing that makes it no fact; null when it is one.</summary>
    internal string? Fault() => this switch
    {
        { Id.Length: 0 or > MaxIdLength } => $"its id must have 1 to {MaxIdLength} characters",
        { At.Year: < 1970 } => "its time is before 1970",
        { RunId: "" } or { Resource: "" } or { Meter: "" } => "its run, resource and meter must be named",
        _ when HasZero(Id) || HasZero(RunId) || HasZero(RenderId) || HasZero(Resource) || HasZero(Meter) || HasZero(LeaseId) || HasZero(BatchId)
            => "its texts must have no zero character",
        { Quantity: < 0 } or { DeviceTime.Microseconds: < 0 } => "its quantity is below 0",
        { Attempt: < 0 } or { Weight: < 0 } => "its attempt or weight is below 0",
        { Precision.Length: > RenderForm.MaxPrecisionLength } => $"its precision has more than {RenderForm.MaxPrecisionLength} characters",
        { Stage: < 0 or > Stage.Rounding } => "its stage is unknown",
        { Stage: Stage.Rounding or Stage.Idle or Stage.Lost } => "idle, lost and rounding are posted by closing a lease",
        { DeviceTime: null, LeaseId: not null } => "it names a lease but has no device time",
        { DeviceTime: not null, LeaseId: null } => "it has device time but names no lease",
        { DeviceTime: not null, Meter: not Meters.DeviceTime } => $"device time needs the meter {Meters.DeviceTime}",
        _ => Tags.Fault(),
    };

    /// <summary>SQLite ends a text at a zero, and PostgreSQL refuses it: what is hashed would not be what is kept.</summary>
    internal static bool HasZero(string? text) => text is not null && text.Contains('\0', StringComparison.Ordinal);
}
