using Farthing.Gateway.Calls;
using Farthing.Gateway.Providers;

namespace Farthing.Gateway.Budgets;

/// <summary>
/// What budgets hold for one call: enough for its dearest attempt before the first one is made, and for each further attempt so much that
/// what the earlier ones cost, or those under way beside it may cost, is covered too. It is settled when the call is over and its last attempt has ended.
/// </summary>
/// <remarks>Safe for threads. Amounts are 1e-12 USD; every budget of the call holds the same.</remarks>
internal sealed class BudgetHold(IReadOnlyList<BudgetAccount> accounts, IReadOnlyDictionary<ModelTarget, long?> bounds, TimeProvider time)
{
    private readonly Lock _gate = new();
    private long _held;
    private long _spent;
    private long _pledged;
    private long _asked;
    private int _open;
    private bool _isOver;

    /// <summary>The budgets' keys, as attempts are booked with them.</summary>
    public string Keys { get; } = string.Join(',', accounts.Select(static account => account.Term.Key));

    /// <summary>Whether a target may be tried: it has a price, or every budget allows that it has none.</summary>
    public bool Allows(ModelTarget target) => bounds[target] is not null || accounts.All(static account => account.Options.AllowsUnpriced);

    /// <summary>Holds enough for an attempt at a target, beside those that are under way; it is pledged to it until <see cref="Ended"/>.</summary>
    /// <returns>Null when it is held; else what to tell the client.</returns>
    public ValueTask<GatewayError?> CoverAsync(ModelTarget target, CancellationToken stop) => CoverAsync(bounds[target] ?? 0, isPledge: true, stop);

    /// <summary>Holds enough for the dearest target.</summary>
    /// <returns>Null when it is held; else what to tell the client.</returns>
    public ValueTask<GatewayError?> CoverDearestAsync(CancellationToken stop) => CoverAsync(bounds.Values.Max() ?? 0, isPledge: false, stop);

    /// <summary>An attempt begins.</summary>
    public void Started()
    {
        lock (_gate)
        {
            _open++;
        }
    }

    /// <summary>An attempt has ended and is written down.</summary>
    /// <param name="target">What it was made at.</param>
    /// <param name="cost">What it cost.</param>
    public void Ended(ModelTarget target, long cost)
    {
        lock (_gate)
        {
            _spent += cost;
            _pledged -= bounds[target] ?? 0;
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

    private async ValueTask<GatewayError?> CoverAsync(long estimate, bool isPledge, CancellationToken stop)
    {
        long more;
        lock (_gate)
        {
            // Two lanes may ask at once, so what is asked for is pledged before it is taken.
            _pledged += estimate;
            more = Math.Max(0, _spent + _pledged - _held - _asked);
            _asked += more;
        }

        GatewayError? refused = null;
        var isHeld = false;
        try
        {
            refused = more == 0 ? null : await TakeAsync(more, estimate, stop);
            isHeld = refused is null;
            return refused;
        }
        finally
        {
            lock (_gate)
            {
                _asked -= more;
                _held += isHeld ? more : 0;
                _pledged -= isHeld && isPledge ? 0 : estimate;
            }
        }
    }

    private async ValueTask<GatewayError?> TakeAsync(long more, long estimate, CancellationToken stop)
    {
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
