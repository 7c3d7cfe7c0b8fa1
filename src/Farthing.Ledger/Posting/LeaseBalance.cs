using Farthing.Ledger.Money;

namespace Farthing.Ledger.Posting;

/// <summary>Whether every microsecond of a lease, and all its money, is explained.</summary>
public sealed record LeaseBalance
{
    /// <summary>The lease.</summary>
    public required string LeaseId { get; init; }

    /// <summary>Whether it was closed or reaped; an open lease still has unexplained time.</summary>
    public required bool IsSettled { get; init; }

    /// <summary>How long it lasted; of an open lease, up to the last heartbeat.</summary>
    public required DeviceTime Elapsed { get; init; }

    /// <summary>Time charged to stages of renders.</summary>
    public required DeviceTime Stages { get; init; }

    /// <summary>Time charged as warm-up.</summary>
    public required DeviceTime WarmUp { get; init; }

    /// <summary>Time charged as idle.</summary>
    public required DeviceTime Idle { get; init; }

    /// <summary>Time that no worker explained.</summary>
    public required DeviceTime Lost { get; init; }

    /// <summary>All money that was posted on the lease, its rounding included.</summary>
    public required CurrencyAmount Posted { get; init; }

    /// <summary>What the whole of the lease's priced time costs, by each price version that held, rounded once.</summary>
    public required CurrencyAmount Expected { get; init; }

    /// <summary>The quantity that was posted without a price.</summary>
    public required Int128 UnpricedQuantity { get; init; }

    /// <summary>What of the elapsed time is not explained.</summary>
    public DeviceTime Unexplained => Elapsed - Stages - WarmUp - Idle - Lost;

    /// <summary>Settled, with time and money explained to the last unit.</summary>
    public bool IsBalanced => IsSettled && Unexplained == DeviceTime.Zero && Posted == Expected;
}
