using Farthing.Ledger.Storage;

namespace Farthing.Ledger.Periods;

/// <summary>Closes periods: what lies in one is neither posted nor re-rated any more. A closed period is never opened again.</summary>
/// <remarks>What a lease left open is still settled, so that its time stays explained.</remarks>
public sealed class PeriodClosing(LedgerStore file, TimeProvider time)
{
    /// <summary>The first day that is open; null when nothing is closed.</summary>
    /// <exception cref="LedgerException">The file can't be read.</exception>
    public DateOnly? OpenFrom()
    {
        var open = file.Read(PeriodRows.OpenFrom);
        return open == DateTimeOffset.UnixEpoch ? null : DateOnly.FromDateTime(open.UtcDateTime);
    }

    /// <summary>The first instant that is open, as a transaction sees it; 1970 when nothing is closed.</summary>
    public static DateTimeOffset OpenFrom(LedgerTransaction transaction)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        return PeriodRows.OpenFrom(transaction);
    }

    /// <summary>Closes all days up to and including one.</summary>
    /// <exception cref="LedgerException">The day is not over yet, or the file can't be written.</exception>
    public void CloseThrough(DateOnly day, string reason)
    {
        var open = new DateTimeOffset(day.AddDays(1).ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
        var now = time.GetUtcNow();
        if (open > now)
        {
            throw new LedgerException(LedgerFault.Invalid, $"{day:yyyy-MM-dd} is not over yet (UTC), so it can't be closed. Name an earlier day.");
        }

        file.Write(transaction => PeriodRows.Insert(transaction, open, now, reason));
    }
}
