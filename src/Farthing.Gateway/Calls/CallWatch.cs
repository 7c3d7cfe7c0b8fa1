using Farthing.Gateway.Booking;
using Farthing.Gateway.Budgets;
using Farthing.Gateway.Providers;
using Farthing.Gateway.Telemetry;

namespace Farthing.Gateway.Calls;

/// <summary>Follows the attempts of one call for its budgets and for what is measured.</summary>
/// <param name="call">The call.</param>
/// <param name="hold">What budgets hold for it; null where none pays for it.</param>
/// <param name="telemetry">What is measured.</param>
internal sealed class CallWatch(GatewayCall call, BudgetHold? hold, AttemptTelemetry telemetry)
{
    public BudgetHold? Hold => hold;

    /// <summary>The budgets' keys, as attempts are booked with them.</summary>
    public string Budgets => hold?.Keys ?? "";

    /// <summary>An attempt is written down and begins.</summary>
    public void Started() => hold?.Started();

    /// <summary>An attempt has ended.</summary>
    public void Ended(AttemptRecord record)
    {
        var cost = telemetry.Ended(record);
        hold?.Ended(new ModelTarget(record.Provider, record.Model), cost.Units);
        call.Prepaid?.Count(record.Tokens.Total);
    }

    /// <summary>No further attempt is made.</summary>
    public void RunEnded() => hold?.RunEnded();
}
