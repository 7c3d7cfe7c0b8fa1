using System.Collections.Frozen;
using Farthing.Gateway.Booking;
using Farthing.Gateway.Calls;
using Farthing.Gateway.Configuration;
using Farthing.Gateway.Providers;
using Farthing.Gateway.Translation.Requests;
using Farthing.Ledger.Money;
using Farthing.Ledger.Posting;
using Farthing.Ledger.Prices;

namespace Farthing.Gateway.Budgets;

/// <summary>The budgets of one configuration: which of them pay for a call, and what they must hold for it.</summary>
internal sealed class BudgetGate
{
    private readonly BudgetDesk _desk;
    private readonly CostBound _bound;
    private readonly FrozenDictionary<string, BudgetLine[]> _byClient;
    private readonly BudgetLine[] _ofAll;
    private readonly BudgetLine[] _byTag;
    private readonly FrozenDictionary<string, PriceNames> _prices;
    private readonly FrozenSet<string> _writesUnasked;
    private readonly FrozenDictionary<string, ProviderOptions> _providers;

    /// <summary>Puts the budgets of a configuration in force.</summary>
    public BudgetGate(GatewayConfiguration configuration, BudgetDesk desk, PriceBook book)
    {
        (_desk, _bound) = (desk, new CostBound(book));
        Lines = [.. configuration.Budgets.Select(options => new BudgetLine(options, desk))];
        _ofAll = [.. Lines.Where(static line => line.Options.Scope.Kind == BudgetScopeKind.All)];
        _byTag = [.. Lines.Where(static line => line.Options.Scope.Kind == BudgetScopeKind.Tag)];
        _byClient = configuration.ClientKeys.ToFrozenDictionary(
            static key => key.Name,
            key => Lines.Where(line => IsOf(line.Options.Scope, key)).ToArray(),
            StringComparer.Ordinal);
        _prices = configuration.Providers.ToFrozenDictionary(static provider => provider.Name, provider => new PriceNames(provider, book), StringComparer.Ordinal);

        // Messages alone write no cache that the request does not name.
        _writesUnasked = configuration.Providers.Where(static provider => !provider.Row.Speaks.Contains(WireShape.Messages)).Select(static provider => provider.Name).ToFrozenSet(StringComparer.Ordinal);
        _providers = configuration.Providers.ToFrozenDictionary(static provider => provider.Name, StringComparer.Ordinal);
        var now = desk.Time.GetUtcNow();
        foreach (var line in Lines)
        {
            // An account of an earlier configuration gets this one's limit at once.
            line.At(now);
        }
    }

    /// <summary>All budgets, in the order of the file.</summary>
    public IReadOnlyList<BudgetLine> Lines { get; }

    /// <summary>Holds what a call may cost.</summary>
    /// <param name="call">The call.</param>
    /// <param name="stop">Cancelled when the client goes away.</param>
    /// <returns>What is held, null where no budget pays for it; and what to tell the client where it is refused.</returns>
    public async ValueTask<(BudgetHold? Hold, GatewayError? Refused)> HoldAsync(GatewayCall call, CancellationToken stop)
    {
        var now = _desk.Time.GetUtcNow();
        var accounts = Of(call.Client, call.Tags).Select(line => line.At(now)).ToArray();
        if (accounts.Length == 0)
        {
            return default;
        }

        var most = call.Shape == WireShape.Embeddings ? 0 : accounts.Max(static account => account.Options.MaxOutputTokens);
        var request = RequestBound.Read(call.Request.Body.Span, call.Targets.Any(static target => target.Model.Contains("gpt-4o-mini", StringComparison.Ordinal)));
        if (request.BadLimit is { } limit && call.Shape != WireShape.Embeddings)
        {
            return (null, BudgetErrors.BadLimit(limit));
        }

        if ((request.Unbounded ?? call.Targets.FirstOrDefault(static target => AttemptPlan.Researches(target.Model))?.Model) is { } unbounded)
        {
            return (null, BudgetErrors.Unbounded(unbounded, accounts[0].Options));
        }

        // On the way to messages, a limit that the client left out is raised to have room for thinking.
        var raised = request.Thinks && call.Shape is WireShape.Chat or WireShape.Responses ? Math.Max(most, ThinkingPlan.MostTokens) : most;
        Dictionary<ModelTarget, long?> bounds = [];
        foreach (var target in call.Targets)
        {
            var writesUnasked = _writesUnasked.Contains(target.Provider);

            // A translation leaves the service out, but that of a chat into a response.
            var provider = _providers[target.Provider];
            var shapes = provider.Speaks(target.Model);
            var isAsked = shapes.Contains(call.Shape) || (call.Shape == WireShape.Chat && shapes.Contains(WireShape.Responses));
            var asked = isAsked ? request : request with { Service = "" };
            bounds[target] = _bound.Of(Resource(target, now), asked, writesUnasked ? most : raised, now, writesUnasked, AttemptPlan.Searches(provider.Row, target.Model));
        }

        var hold = new BudgetHold(accounts, bounds, _desk.Time);
        return call.Targets.Any(hold.Allows)
            ? (hold, await hold.CoverDearestAsync(stop))
            : (null, BudgetErrors.Unpriced(call.Targets[0].ToString(), Resource(call.Targets[0], now), accounts.First(static account => !account.Options.AllowsUnpriced).Options));
    }

    /// <summary>What each budget came to.</summary>
    public IReadOnlyList<BudgetView> Views()
    {
        var now = _desk.Time.GetUtcNow();
        return [.. Lines.Select(line =>
        {
            var account = line.At(now);
            var state = _desk.State(account);
            var (free, reserved, _) = account.Look();
            return new BudgetView(line.Options, account.Term.Key, new Amount(state.Spent), new Amount(state.Held))
            {
                ResetsAt = account.Term.Resets,
                UnpricedAttempts = state.Unpriced,
                Slice = new Amount(free),
                Reserved = new Amount(reserved),
            };
        })];
    }

    private string Resource(ModelTarget target, DateTimeOffset at) => _prices[target.Provider].Of(target.Model, at);

    private IEnumerable<BudgetLine> Of(string client, TagSet tags)
    {
        var lines = _byClient.GetValueOrDefault(client, _ofAll);
        return _byTag.Length == 0 || tags.Text.Length == 0 ? lines : lines.Concat(_byTag.Where(line => tags.Contains(line.Options.Scope.Name)));
    }

    private static bool IsOf(BudgetScope scope, ClientKeyOptions key) => scope.Kind switch
    {
        BudgetScopeKind.All => true,
        BudgetScopeKind.Key => key.Name == scope.Name,
        BudgetScopeKind.Team => key.Team == scope.Name,
        _ => false,
    };
}
