using Farthing.Gateway.Booking;
using Farthing.Gateway.Calls;
using Farthing.Gateway.Configuration;
using Farthing.Gateway.Providers;
using Farthing.Ledger.Prices;
using Farthing.Ledger.Storage;
using Farthing.Serving.Live;

namespace Farthing.Doctor;

/// <summary>Whether the gateway would serve a configuration here and now. No provider is called, and no port is kept.</summary>
/// <param name="path">The configuration's file.</param>
/// <param name="data">The data folder.</param>
/// <param name="prices">The price book's file; null for what the ledger and the built-in book say.</param>
/// <param name="embedder">The directory of the sentence embedder.</param>
/// <param name="variable">Reads an environment variable.</param>
/// <param name="time">The clock.</param>
internal sealed class GatewayChecks(string path, DataFolder data, string? prices, string embedder, Func<string, string?> variable, TimeProvider time)
{
    private const int BusySeconds = 5;

    /// <summary>Looks at everything. Steps: 1. the file, 2. its ports, 3. the data folder, the ledger and the journal, 4. what its caches need, 5. prices of what it names.</summary>
    public IEnumerable<Check> Run()
    {
        var (configuration, checks) = Read();
        foreach (Check check in checks)
        {
            yield return check;
        }

        if (configuration is not null)
        {
            foreach (Check check in PortChecks.Run(configuration.Server.Listen, configuration.Admin?.Listen))
            {
                yield return check;
            }

            if (configuration.Alarms is { } alarms)
            {
                yield return Alarms(alarms);
            }
        }

        foreach (Check check in StoreChecks.Run(data, "serve"))
        {
            yield return check;
        }

        yield return JournalChecks.Run(data);
        if (!data.IsFile)
        {
            yield return Shared();
        }

        if (configuration is not null)
        {
            foreach (Check check in GatewayCacheChecks.Run(configuration.SemanticCache, data, Path.GetDirectoryName(path)!, embedder))
            {
                yield return check;
            }
        }

        foreach (Check check in Prices(configuration))
        {
            yield return check;
        }
    }

    private (GatewayConfiguration? Configuration, IReadOnlyList<Check> Checks) Read()
    {
        try
        {
            GatewayConfiguration configuration = GatewayConfiguration.Parse(ConfigurationFile.TextOf(path), ConfigurationFile.NameOf(path), variable);
            string keys = configuration.ClientKeys.Count == 0 ? "no client keys" : $"{configuration.ClientKeys.Count} client keys";
            return (configuration,
            [
                Check.Ok("configuration", $"{path}: {configuration.Providers.Count} providers, {configuration.Fallbacks.Count} chains, {keys}, {configuration.Budgets.Count} budgets"),
                .. configuration.Warnings.Select(static warning => Check.Warning("configuration", warning, "Change it, or leave it if it is meant.")),
            ]);
        }
        catch (GatewayConfigurationException bad)
        {
            return (null, [.. bad.Errors.Select(static error => Check.Problem("configuration", error.ToString(), "Mend this line."))]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return (null, [Check.Problem("configuration", $"{path} can't be read: {e.Message}", "Name a file that is there and may be read.")]);
        }
    }

    /// <summary>Nothing is sent for this.</summary>
    private static Check Alarms(AlarmOptions alarms)
    {
        string rules = $"{alarms.Rules.Count} alarms: {string.Join(", ", alarms.Rules.Select(static rule => $"{rule.Name} ({rule.Kind}, over {rule.Limit})"))}";
        return alarms.Webhook is { } webhook
            ? Check.Ok("alarms", $"{rules}; told to {webhook.Url.Host}")
            : Check.Warning("alarms", rules + "; nobody is told", "Write alarms.webhook, or leave it if `farthing alarms list` is enough.");
    }

    /// <summary>Whether a PostgreSQL ledger can be reached and written as the gateway writes it. Nothing is kept.</summary>
    private Check Shared()
    {
        try
        {
            using LedgerStore store = data.OpenLedger();
            store.Migrate(typeof(AttemptPoster).Assembly);
            using AttemptPoster poster = AttemptPoster.Open(store, PriceBook.Parse("prices: []"));
            poster.Release("doctor");
            return Check.Ok("ledger", $"{store.Name} can be written");
        }
        catch (LedgerException e)
        {
            return Check.Problem("ledger", e.Message, $"Mend what it says, or unset {Places.LedgerVariable} to use the data folder.");
        }
    }

    private IEnumerable<Check> Prices(GatewayConfiguration? configuration)
    {
        PriceBook? chosen;
        try
        {
            chosen = prices is null ? null : PriceBook.Load(prices);
        }
        catch (Exception e) when (e is PriceBookException or IOException or UnauthorizedAccessException)
        {
            return [Check.Problem("price book", e.Message, "Mend the lines it names, or leave --prices out.")];
        }

        try
        {
            PriceBook book = Book(chosen);
            return configuration is null ? [] : Targets(configuration, book);
        }
        catch (LedgerException e)
        {
            return [Check.Problem("ledger", e.Message, "Mend the file as it says, or name another folder with --data.")];
        }
    }

    /// <summary>The book that the gateway would post at. A ledger that is not there yet is not made for this.</summary>
    private PriceBook Book(PriceBook? chosen)
    {
        if (data.IsFile && !File.Exists(data.LedgerPath))
        {
            return chosen ?? PriceBook.Default();
        }

        using LedgerStore file = data.IsFile ? SqliteFile.Open(data.LedgerPath, BusySeconds) : data.OpenLedger();
        file.Migrate(typeof(AttemptPoster).Assembly);
        return new PriceStore(file, time).Layered(chosen);
    }

    private IReadOnlyList<Check> Targets(GatewayConfiguration configuration, PriceBook book)
    {
        Dictionary<string, PriceNames> names = configuration.Providers.ToDictionary(static provider => provider.Name, provider => new PriceNames(provider, book));
        string[] unpriced = [.. new ModelRouting(configuration).Models()
            .Select(static model => ModelTarget.TryParse(model.Name, out ModelTarget target) ? target : null)
            .Where(target => target is not null && names.ContainsKey(target.Provider))
            .Select(target => names[target!.Provider].Of(target.Model, time.GetUtcNow()))
            .Where(resource => book.Find(resource, Meters.InputTokens, time.GetUtcNow()) is null)
            .Distinct()];
        return unpriced.Length == 0
            ? [Check.Ok("prices", "every model that the configuration names has a price")]
            :
            [
                Check.Warning(
                    "prices",
                    $"no price of input-tokens for {string.Join(", ", unpriced)}",
                    configuration.Budgets.Count == 0
                        ? "Add one with `farthing prices set` or `prices import`; until then what they cost is unpriced and in no sum."
                        : "Add one with `farthing prices set` or `prices import`; until then budgets that do not allow it refuse calls of these models."),
            ];
    }
}
