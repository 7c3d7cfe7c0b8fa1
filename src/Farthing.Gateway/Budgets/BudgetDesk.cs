using System.Collections.Concurrent;
using Farthing.Gateway.Configuration;
using Farthing.Ledger.Storage;
using Microsoft.Extensions.Logging;

namespace Farthing.Gateway.Budgets;

/// <summary>The budgets of this process, over all configurations that it serves one after the other.</summary>
public sealed partial class BudgetDesk
{
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, BudgetAccount> _accounts = new(StringComparer.Ordinal);
    private readonly BudgetBank _bank;
    private readonly TimeProvider _time;
    private readonly ILogger<BudgetDesk> _log;

    /// <summary>Opens the desk.</summary>
    /// <param name="file">The shared file, which has the gateway's tables (<see cref="Booking.AttemptPoster"/> makes them).</param>
    /// <param name="session">The journal's session, by which what this process holds is known when it dies.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Hears what a person should know.</param>
    public BudgetDesk(LedgerStore file, string session, TimeProvider time, ILogger<BudgetDesk> log) =>
        (_bank, _time, _log) = (new BudgetBank(file, session), time, log);

    /// <summary>The clock.</summary>
    internal TimeProvider Time => _time;

    /// <summary>Gives slices that nobody uses back, until it is stopped.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        using var beat = new PeriodicTimer(Beat, _time);
        try
        {
            while (await beat.WaitForNextTickAsync(stop))
            {
                ReturnIdle(Idle);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Stopped. What is held still is let go when the last attempt is posted.
        }
    }

    /// <summary>Gives back every slice that was unused for a while.</summary>
    internal void ReturnIdle(TimeSpan idle)
    {
        var now = _time.GetUtcNow();
        foreach (var (key, account) in _accounts)
        {
            try
            {
                var isOver = account.Term.Resets <= now;
                account.ReturnIdle(isOver ? TimeSpan.Zero : idle);
                if (isOver && account.Look() is { Free: <= 0, Reserved: 0 })
                {
                    _accounts.TryRemove(key, out _);
                }
            }
            catch (Exception error) when (error is not OutOfMemoryException)
            {
                // Whatever it is, the other budgets and the next beat go on.
                LogKept(account.Options.Name, error.Message);
            }
        }
    }

    /// <summary>The account of a budget at an instant. The configuration that came last decides its limit.</summary>
    internal BudgetAccount Account(BudgetOptions options, DateTimeOffset now)
    {
        var term = BudgetTerm.At(options, now);
        var account = _accounts.GetOrAdd(term.Key, static (_, made) => new BudgetAccount(made.term, made.options, made.bank, made.time), (term, options, bank: _bank, time: _time));
        account.Options = options;
        return account;
    }

    /// <summary>What a budget's period came to.</summary>
    /// <exception cref="LedgerException">The file can't be read.</exception>
    internal BudgetState State(BudgetAccount account) => _bank.State(account.Term.Key);

    [LoggerMessage(Level = LogLevel.Warning, Message = "What the budget {Budget} gave to this process can't be given back now: {Reason}")]
    private partial void LogKept(string budget, string reason);
}
