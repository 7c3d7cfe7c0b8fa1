using Farthing.Gateway.Calls;
using Farthing.Gateway.Providers;

namespace Farthing.Gateway.Budgets;

/// <summary>
/// What budgets hold for one call: enough for its dearest attempt before the first one is made, and for each further attempt so much that
/// what the earlier ones cost is covered too. It is settled when the call is over and its last attempt has ended.
/// </summary>
/// <remarks>Safe for threads. Amounts are 1e-12 USD; every budget of the call holds the same.</remarks>
internal sealed class BudgetHold(IReadOnlyList<BudgetAccount> accounts, IReadOnlyDictionary<ModelTarget, long?> bounds, TimeProvider time)
{
    private readonly Lock _gate = new();
    private long _held;
    private long _spent;
    private int _open;
    private bool _isOver;

    /// <summary>The budgets' keys, as attempts are booked with them.</summary>
    public string Keys { get; } = string.Join(',', accounts.Select(static account => account.Term.Key));

    /// <summary>Whether a target may be tried: it has a price, or every budget allows that it has none.</summary>
    public bool Allows(ModelTarget target) => bounds[target] is not null || accounts.All(static account => account.Options.AllowsUnpriced);

    /// <summary>Holds enough for an attempt at a target.</summary>
    /// <returns>Null when it is held; else what to tell the client.</returns>
    public ValueTask<GatewayError?> CoverAsync(ModelTarget target, CancellationToken stop) => CoverAsync(bounds[target] ?? 0, stop);

    /// <summary>Holds enough for the dearest target.</summary>
    /// <returns>Null when it is held; else what to tell the client.</returns>
    public ValueTask<GatewayError?> CoverDearestAsync(CancellationToken stop) => CoverAsync(bounds.Values.Max() ?? 0, stop);

    /// <summary>An attempt begins.</summary>
    public void Started()
    {
        lock (_gate)
        {
            _open++;
        }
    }

    /// <summary>An attempt has ended and is written down.</summary>
    /// <param name="cost">What it cost.</param>
    public void Ended(long cost)
    {
        lock (_gate)
        {
            _spent += cost;
            _open--;
        }

        SettleIfOver();
    }

    /// <summary>No further attempt is made. A stream may still be under way.</summary>
    public void RunEnded()
    {
        lock (_gate)
        {
            _isOver = true;
        }

        SettleIfOver();
    }

    private async ValueTask<GatewayError?> CoverAsync(long estimate, CancellationToken stop)
    {
        long more;
        lock (_gate)
        {
            more = _spent + estimate - _held;
        }

        if (more <= 0)
        {
            return null;
        }

        var taken = 0;
        try
        {
            for (; taken < accounts.Count; taken++)
            {
                var outcome = await accounts[taken].TakeAsync(more, stop);
                if (outcome != TakeOutcome.Taken)
                {
                    return BudgetErrors.Of(outcome, accounts[taken], estimate, time.GetUtcNow());
                }
            }
        }
        finally
        {
            // One of them refused, or the client went away while it was asked.
            for (var i = 0; taken < accounts.Count && i < taken; i++)
            {
                accounts[i].Settle(more, 0);
            }
        }

        lock (_gate)
        {
            _held += more;
        }

        return null;
    }

    private void SettleIfOver()
    {
        long held, spent;
        lock (_gate)
        {
            if (!_isOver || _open > 0)
            {
                return;
            }

            (held, spent) = (_held, _spent);
            (_held, _spent) = (0, 0);
        }

        if (held != 0 || spent != 0)
        {
            foreach (var account in accounts)
            {
                account.Settle(held, spent);
            }
        }
    }
}
