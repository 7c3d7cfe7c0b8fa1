using Farthing.Ledger.Storage;

namespace Farthing.Ledger.Usage;

/// <summary>Says why an event was not posted.</summary>
internal static class UsageRefusal
{
    /// <summary>What the ledger says, without its own name for what the event counts.</summary>
    /// <param name="error">The ledger's words.</param>
    /// <param name="inner">The id that the charge would have had.</param>
    /// <param name="name">What people call it.</param>
    public static UsageResult Of(Exception error, string inner = "", string name = "")
    {
        var fault = (error as LedgerException)?.Fault ?? LedgerFault.Overflow;
        var words = inner.Length == 0 ? error.Message : error.Message.Replace($"'{inner}'", $"'{name}'", StringComparison.Ordinal);
        return fault switch
        {
            LedgerFault.Unknown => new UsageResult(UsageStatus.Early, "not_there_yet", words + " Then send this again."),
            LedgerFault.Conflict => new UsageResult(UsageStatus.Conflict, "conflict", words),
            LedgerFault.Closed => new UsageResult(UsageStatus.Refused, "closed_period", words),
            LedgerFault.Overflow => new UsageResult(UsageStatus.Refused, "too_large", error is OverflowException ? "The quantity is beyond 64 bits. Check it, or post it in parts." : words),
            LedgerFault.NoRate => new UsageResult(UsageStatus.Refused, "no_rate", words),
            _ => new UsageResult(UsageStatus.Refused, "invalid", words),
        };
    }

    /// <summary>The id stands for another event. What that says is shown to who sent it, and to nobody else.</summary>
    public static UsageResult Conflict(UsageEvent offered, StoredEvent stored) => stored.Client == offered.Client
        ? new UsageResult(UsageStatus.Conflict, "conflict", "The source and id are already those of another event. An id is permanent: send what is new under a new one.") { Stored = stored }
        : new UsageResult(UsageStatus.Conflict, "conflict", "The source and id are already those of another client's event. Send it under a source of your own.");
}
