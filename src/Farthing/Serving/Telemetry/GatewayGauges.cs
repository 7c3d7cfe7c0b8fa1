using System.Diagnostics.Metrics;
using Farthing.Gateway;
using Farthing.Gateway.Budgets;
using Farthing.Gateway.Keys;
using Farthing.Gateway.Telemetry;
using Farthing.Ledger.Money;
using Farthing.Ledger.Storage;
using Farthing.Serving.Live;
using Polly.CircuitBreaker;

namespace Farthing.Serving.Telemetry;

/// <summary>What is not counted but looked at when metrics are read: breakers, keys, budgets, the journal, the configuration's version.</summary>
internal static class GatewayGauges
{
    /// <summary>Adds them to the meter.</summary>
    public static void Add(GatewayMetrics metrics, LiveGateway live)
    {
        metrics.Observe("farthing.breaker.state", "", "0 closed, 1 half open, 2 open, by provider.", () => Gateway(live).Links.Values
            .Select(static link => new Measurement<double>(Number(link.Pipeline.State), Label("provider", link.Options.Name))));
        metrics.Observe("farthing.key.state", "", "1 well, 0 resting or out, by provider and key.", () => Gateway(live).Links.Values
            .SelectMany(static link => link.Keys.Look()
                .Select(key => new Measurement<double>(key.State == KeyState.Well ? 1 : 0, Label("provider", link.Options.Name), Label("key", key.Id)))));
        metrics.Observe("farthing.budget.remaining", "USD", "What is neither spent nor taken by a process, by budget.", () => Budgets(live, static view => view.Left));
        metrics.Observe("farthing.budget.spent", "USD", "What attempts that are in the ledger spent in this period, by budget.", () => Budgets(live, static view => view.Spent));
        metrics.Observe("farthing.journal.waiting", "{attempt}", "Attempts that have ended and are not in the ledger yet.", () => One(Gateway(live).Journal.Waiting));
        metrics.Observe("farthing.journal.fault", "", "1 while attempts can't be written down.", () => One(Gateway(live).Journal.Fault is null ? 0 : 1));
        metrics.Observe("farthing.journal.aside", "{file}", "Files of attempts that could not be posted and wait for a person.", () => One(Gateway(live).Journal.SetAside));
        metrics.Observe("farthing.configuration.version", "", "Counts up with every reload.", () => One(live.Current.Version));
    }

    private static LlmGateway Gateway(LiveGateway live) => live.Current.Gateway;

    private static IEnumerable<Measurement<double>> One(double value) => [new Measurement<double>(value)];

    private static KeyValuePair<string, object?> Label(string name, string value) => new(name, value);

    private static IEnumerable<Measurement<double>> Budgets(LiveGateway live, Func<BudgetView, Amount> read)
    {
        try
        {
            return [.. Gateway(live).BudgetViews().Select(view => new Measurement<double>(read(view).Units / (double)Amount.UnitsPerDollar, Label("budget", view.Options.Name)))];
        }
        catch (LedgerException)
        {
            // The ledger is busy: better no value than a wrong one.
            return [];
        }
    }

    private static double Number(CircuitState state) => state switch
    {
        CircuitState.Closed => 0,
        CircuitState.HalfOpen => 1,
        _ => 2,
    };
}
