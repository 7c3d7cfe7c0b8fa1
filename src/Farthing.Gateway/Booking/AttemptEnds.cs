namespace Farthing.Gateway.Booking;

/// <summary>How ends of attempts are called.</summary>
internal static class AttemptEnds
{
    /// <summary>The name in the ledger, in metrics and in traces.</summary>
    public static string Code(this AttemptEnd end) => end switch
    {
        AttemptEnd.Answered => "answered",
        AttemptEnd.Rejected => "rejected",
        AttemptEnd.Failed => "failed",
        AttemptEnd.Cancelled => "cancelled",
        AttemptEnd.Lost => "lost",
        _ => throw new ArgumentOutOfRangeException(nameof(end), end, "Unknown end."),
    };
}
