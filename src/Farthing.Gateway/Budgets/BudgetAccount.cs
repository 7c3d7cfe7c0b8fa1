using Farthing.Gateway.Configuration;
using Farthing.Ledger.Storage;

namespace Farthing.Gateway.Budgets;

/// <summary>What came of asking a budget for money.</summary>
internal enum TakeOutcome
{
    /// <summary>It is held.</summary>
    Taken,

    /// <summary>There is not so much left.</summary>
    Exhausted,

    /// <summary>The shared file could not be asked.</summary>
    Unavailable,
}

/// <summary>
/// One period of a budget in this process. Money is taken from a slice that was taken from the shared file, so that most calls touch
/// memory only; what a call did not spend goes back into the slice, and an idle slice goes back to the file.
/// </summary>
/// <remarks>Safe for threads. Amounts are 1e-12 USD.</remarks>
internal sealed class BudgetAccount(BudgetTerm term, BudgetOptions options, BudgetBank bank, TimeProvider time)
{
    // A slice is this part of the limit: so many of them are taken in a period, and each process may keep one from the others.
    private const int SlicesPerLimit = 100;

    // When the file had nothing left it is not asked again for so long, so that a storm of refused calls does not lock the ledger.
    private static readonly TimeSpan AskAgain = TimeSpan.FromMilliseconds(250);

    // A ledger that is gone says so at once; one that is only slow is waited for.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly Lock _gate = new();
    private volatile BudgetOptions _options = options;
    private Task<bool>? _refill;
    private long _free;
    private long _reserved;
    private long _wanted;
    private long? _emptySince;
    private long _usedAt = time.GetTimestamp();
    private BudgetState _state;

    /// <summary>Its period.</summary>
    public BudgetTerm Term => term;

    /// <summary>As configured now.</summary>
    public BudgetOptions Options
    {
        get => _options;
        set => _options = value;
    }

    /// <summary>What is in the slice, what calls under way hold, and what the file said last.</summary>
    public (long Free, long Reserved, BudgetState Shared) Look()
    {
        lock (_gate)
        {
            return (_free, _reserved, _state);
        }
    }

    /// <summary>Takes an amount for a call.</summary>
    public async ValueTask<TakeOutcome> TakeAsync(long amount, CancellationToken stop)
    {
        // Others may take what a refill brought, so it is asked for again; one that brought nothing at all ends it.
        while (true)
        {
            Task<bool> refill;
            lock (_gate)
            {
                _usedAt = time.GetTimestamp();
                if (_free >= amount)
                {
                    (_free, _reserved) = (_free - amount, _reserved + amount);
                    return TakeOutcome.Taken;
                }

                if (amount > _options.Limit.Units || (_emptySince is { } since && time.GetElapsedTime(since) < AskAgain))
                {
                    return TakeOutcome.Exhausted;
                }

                // Limits are a million dollars at most, so that this can't overflow.
                _wanted = Math.Min(_wanted, _options.Limit.Units) + amount;
                refill = _refill ??= Task.Run(Refill, CancellationToken.None);
            }

            try
            {
                if (!await refill.WaitAsync(Patience, time, stop))
                {
                    return TakeOutcome.Unavailable;
                }
            }
            catch (TimeoutException)
            {
                return TakeOutcome.Unavailable;
            }
        }
    }

    /// <summary>A call is over.</summary>
    /// <param name="reserved">What was taken for it.</param>
    /// <param name="spent">What it cost; more than that where the estimate was too low.</param>
    public void Settle(long reserved, long spent)
    {
        lock (_gate)
        {
            _reserved -= reserved;
            _free += reserved - spent;
        }
    }

    /// <summary>Gives the slice back to the file when nobody used it for a while, or at once.</summary>
    /// <param name="idle">How long it must have been unused.</param>
    /// <exception cref="LedgerException">The file can't be written; the slice stays.</exception>
    public void ReturnIdle(TimeSpan idle)
    {
        long amount;
        lock (_gate)
        {
            if (_free <= 0 || _refill is not null || time.GetElapsedTime(_usedAt) < idle)
            {
                return;
            }

            (amount, _free) = (_free, 0);
        }

        try
        {
            bank.Return(term.Key, amount);
        }
        catch
        {
            lock (_gate)
            {
                _free += amount;
            }

            throw;
        }
    }

    /// <summary>Takes what waiting calls want and a slice more.</summary>
    /// <returns>Whether the file could be asked.</returns>
    private bool Refill()
    {
        long want;
        var limit = _options.Limit.Units;
        lock (_gate)
        {
            want = Math.Min(limit, Math.Max(0, _wanted - Math.Max(_free, 0))) + Math.Max(limit / SlicesPerLimit, 1) - Math.Min(_free, 0);
            _wanted = 0;
        }

        try
        {
            var (granted, state) = bank.Take(term.Key, want, limit);
            lock (_gate)
            {
                _free += granted;
                _state = state;
                _emptySince = granted < want ? time.GetTimestamp() : null;
            }

            return true;
        }
        catch (LedgerException)
        {
            return false;
        }
        finally
        {
            lock (_gate)
            {
                _refill = null;
            }
        }
    }
}
