namespace Farthing.Gateway.Booking;

/// <summary>What posting a batch of attempts did.</summary>
/// <param name="New">Attempts that the ledger did not have.</param>
/// <param name="Unpriced">Charges without a price.</param>
public sealed record PostedAttempts(int New, int Unpriced)
{
    /// <summary>New attempts of days whose books are closed, by day; they are booked at <see cref="BookedAt"/>.</summary>
    public IReadOnlyList<(DateOnly Day, int Count)> OfClosedDays { get; init; } = [];

    /// <summary>The first instant that is open, at which the attempts of closed days are booked.</summary>
    public DateTimeOffset BookedAt { get; init; }
}
