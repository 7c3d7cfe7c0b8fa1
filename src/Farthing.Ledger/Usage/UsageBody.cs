using Farthing.Ledger.Money;
using Farthing.Ledger.Posting;

namespace Farthing.Ledger.Usage;

/// <summary>What an event does to the ledger.</summary>
public abstract record UsageBody
{
    private protected UsageBody()
    {
    }

    /// <summary>The lease that it speaks of; null for none.</summary>
    public virtual string? Lease => null;
}

/// <summary>Uses of one resource, each by a meter; the facts' ids tell them apart within the event.</summary>
/// <param name="Facts">One a meter; none has device time.</param>
/// <param name="Units">What meters of the user's own are counted in.</param>
public sealed record MeteredUse(IReadOnlyList<UsageFact> Facts, IReadOnlyList<(string Meter, string Unit)> Units) : UsageBody;

/// <summary>Device time on a lease, of one render or of the lease as a whole.</summary>
/// <param name="LeaseId">The lease, which gives resource and cores.</param>
/// <param name="Stage">What it was spent on.</param>
/// <param name="Time">How long.</param>
public sealed record DeviceUse(string LeaseId, Stage Stage, DeviceTime Time) : UsageBody
{
    /// <summary>The run; null for the lease's.</summary>
    public string? RunId { get; init; }

    /// <summary>The render; null for none.</summary>
    public string? RenderId { get; init; }

    /// <summary>The render's attempt, from 1; 0 without a render.</summary>
    public int Attempt { get; init; }

    /// <summary>The batch; null for none.</summary>
    public string? BatchId { get; init; }

    /// <summary>The tags.</summary>
    public TagSet Tags { get; init; } = TagSet.None;

    /// <summary>The precision of the denoising; empty where it is not known.</summary>
    public string Precision { get; init; } = "";

    /// <inheritdoc/>
    public override string Lease => LeaseId;
}

/// <summary>A batch's device time, which is split over its renders.</summary>
/// <param name="LeaseId">The lease, which gives resource, run and cores.</param>
/// <param name="BatchId">The batch.</param>
/// <param name="Stage">The stage that it went through.</param>
/// <param name="Time">The whole batch's time.</param>
/// <param name="Members">Its renders, at least one.</param>
public sealed record BatchUse(string LeaseId, string BatchId, Stage Stage, DeviceTime Time, IReadOnlyList<BatchMember> Members) : UsageBody
{
    /// <summary>The run; null for the lease's.</summary>
    public string? RunId { get; init; }

    /// <inheritdoc/>
    public override string Lease => LeaseId;
}

/// <summary>A lease begins.</summary>
/// <param name="Opened">The lease.</param>
public sealed record LeaseOpened(Lease Opened) : UsageBody
{
    /// <inheritdoc/>
    public override string Lease => Opened.Id;
}

/// <summary>What a lease's meter has counted so far.</summary>
/// <param name="LeaseId">The lease.</param>
/// <param name="Elapsed">Time since it was opened.</param>
/// <param name="Idle">Idle time in it.</param>
public sealed record LeaseBeat(string LeaseId, DeviceTime Elapsed, DeviceTime Idle) : UsageBody
{
    /// <inheritdoc/>
    public override string Lease => LeaseId;
}

/// <summary>A lease ends, with all its time explained.</summary>
/// <param name="LeaseId">The lease.</param>
/// <param name="Elapsed">Time from open to close.</param>
/// <param name="Idle">Idle time in it.</param>
public sealed record LeaseClosed(string LeaseId, DeviceTime Elapsed, DeviceTime Idle) : UsageBody
{
    /// <inheritdoc/>
    public override string Lease => LeaseId;
}

/// <summary>A lease's worker is known to be dead: it is settled by its last heartbeat.</summary>
/// <param name="LeaseId">The lease.</param>
public sealed record LeaseLost(string LeaseId) : UsageBody
{
    /// <inheritdoc/>
    public override string Lease => LeaseId;
}

/// <summary>An attempt at a render begins.</summary>
/// <param name="Key">The attempt.</param>
/// <param name="LeaseId">The lease that it runs on, so that it is lost with it; null for none.</param>
/// <param name="Tags">The render's tags.</param>
/// <param name="Form">What it is drawn with; null where that is not known.</param>
public sealed record AttemptStarted(AttemptKey Key, string? LeaseId, TagSet Tags, RenderForm? Form) : UsageBody
{
    /// <inheritdoc/>
    public override string? Lease => LeaseId;
}

/// <summary>An attempt ends.</summary>
/// <param name="Key">The attempt.</param>
/// <param name="Outcome">How.</param>
/// <param name="Reason">Why, for people; may be empty.</param>
public sealed record AttemptEnded(AttemptKey Key, AttemptOutcome Outcome, string Reason) : UsageBody;

/// <summary>Something was saved.</summary>
/// <param name="Memo">What, with its evidence; its id is given when it is posted.</param>
public sealed record SavingNoted(SavingsMemo Memo) : UsageBody;
