using Farthing.Gateway.Alarms;
using Farthing.Gateway.Booking;
using Farthing.Gateway.Configuration;
using Farthing.Ledger.Alarms;
using Farthing.Ledger.Storage;

namespace Farthing.Alarms;

/// <summary>What one evaluation came to.</summary>
/// <param name="Looks">What each rule found.</param>
/// <param name="Changes">What changed by it.</param>
internal sealed record AlarmRound(IReadOnlyList<AlarmLook> Looks, IReadOnlyList<AlarmChange> Changes);

/// <summary>Evaluates rules over a ledger and keeps what comes of it there.</summary>
/// <param name="ledger">The ledger, with the gateway's tables where rules look at them.</param>
/// <param name="time">The clock.</param>
internal sealed class AlarmWatch(LedgerStore ledger, TimeProvider time)
{
    /// <summary>How alarms are.</summary>
    public AlarmBook Book { get; } = new(ledger, time);

    /// <summary>Whether rules look at what only the gateway books.</summary>
    public static bool NeedsGateway(AlarmOptions options) => options.Rules.Any(static rule => rule is DriftRule or BudgetRule);

    /// <summary>Brings the gateway's tables up to date where rules need them.</summary>
    /// <exception cref="LedgerException">The file can't be used.</exception>
    public static void Prepare(LedgerStore ledger) => ledger.Migrate(typeof(AttemptPoster).Assembly);

    /// <summary>Looks, and writes down what changed, with a message for who is told.</summary>
    /// <exception cref="LedgerException">The ledger can't be read or written.</exception>
    public AlarmRound Look(AlarmOptions options)
    {
        var scene = new AlarmScene(ledger, ledger, time.GetUtcNow());
        AlarmLook[] looks = [.. options.Rules.Select(rule => rule.Judge(scene))];
        return new AlarmRound(looks, Book.Apply(looks, options.Telling));
    }
}
