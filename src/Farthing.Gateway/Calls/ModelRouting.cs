using Farthing.Gateway.Configuration;
using Farthing.Gateway.Providers;

namespace Farthing.Gateway.Calls;

/// <summary>Finds what a client means by a model's name.</summary>
/// <param name="configuration">Providers and chains.</param>
public sealed class ModelRouting(GatewayConfiguration configuration)
{
    private const string OwnName = "farthing";

    private readonly Dictionary<string, ProviderOptions> _providers = configuration.Providers.ToDictionary(static provider => provider.Name, StringComparer.Ordinal);

    // Models that a provider or a key of it names; the first that does has it.
    private readonly Dictionary<string, ProviderOptions> _named = configuration.Providers
        .SelectMany(static provider => provider.Models.Concat(provider.Keys.SelectMany(static key => key.Models)).Select(model => (Model: model, Provider: provider)))
        .DistinctBy(static named => named.Model)
        .ToDictionary(static named => named.Model, static named => named.Provider, StringComparer.Ordinal);

    /// <summary>
    /// The targets of a request, in order. Steps: 1. <c>provider/model</c>, or a bare name by the chain that it means, the route's
    /// provider, a key or list that names it, its beginning, or the only provider there is; 2. the body's fallbacks, else the chain.
    /// </summary>
    /// <param name="asked">The model's name as the client wrote it.</param>
    /// <param name="route">The provider that the route is for; null for a route of all.</param>
    /// <param name="fallbacks">The body's own fallbacks; null where it has none.</param>
    /// <param name="targets">One or more when found.</param>
    /// <returns>Null when found; else what to tell the client.</returns>
    public GatewayError? Find(string asked, string? route, IReadOnlyList<string>? fallbacks, out IReadOnlyList<ModelTarget> targets)
    {
        ArgumentNullException.ThrowIfNull(asked);
        targets = [];
        var chain = Chain(asked, route);
        var first = chain?.Targets[0] ?? Single(asked, route);
        if (first is null)
        {
            return new GatewayError(404, "model_not_found", $"The model '{Short(asked)}' is not known here. Write provider/model with one of the providers {string.Join(", ", _providers.Keys)}; GET /v1/models lists what is configured.", "model");
        }

        if (fallbacks is null)
        {
            targets = chain?.Targets ?? [first];
            return null;
        }

        List<ModelTarget> found = [first];
        foreach (var text in fallbacks)
        {
            if ((ModelTarget.TryParse(text, out var target) && _providers.ContainsKey(target.Provider) ? target : Single(text, null)) is not { } fallback)
            {
                return new GatewayError(400, "fallback_not_found", $"The fallback '{Short(text)}' is not known here: write provider/model with one of the providers {string.Join(", ", _providers.Keys)}.", "fallbacks");
            }

            found.Add(fallback);
        }

        targets = found;
        return null;
    }

    /// <summary>Every model that the configuration names and a key may serve, as clients may write it.</summary>
    /// <param name="route">The provider that the route is for, whose models alone are listed, as its SDK writes them; null for a route of all.</param>
    public IReadOnlyList<ListedModel> Models(string? route = null)
    {
        var named = configuration.Fallbacks.Where(chain => chain.Name is not null && route is null)
            .Select(static chain => new ListedModel(chain.Name!, OwnName, chain.Targets[0]));
        var targets = configuration.Fallbacks.SelectMany(static chain => chain.Targets)
            .Concat(configuration.Providers.SelectMany(static provider => provider.Models
                .Concat(provider.Keys.SelectMany(static key => key.Models))
                .Where(provider.Serves)
                .Select(model => new ModelTarget(provider.Name, model))))
            .Where(target => route is null || target.Provider == route);
        return [.. named.Concat(targets.Select(target => new ListedModel(NameOf(target, route), target.Provider, target))).DistinctBy(static model => (model.Name, model.Owner))];
    }

    /// <summary>One model, listed or not.</summary>
    /// <param name="asked">The model's name as the client wrote it.</param>
    /// <param name="route">The provider that the route is for; null for a route of all.</param>
    /// <returns>Null where a call of it would be refused.</returns>
    public ListedModel? Model(string asked, string? route) =>
        Find(asked, route, null, out var targets) is null && targets.Any(target => _providers[target.Provider].Serves(target.Model))
            ? new ListedModel(asked, Chain(asked, route)?.Name == asked ? OwnName : targets[0].Provider, targets[0])
            : null;

    /// <summary>On a provider's own route the bare name, unless that means something else there.</summary>
    private string NameOf(ModelTarget target, string? route) =>
        route is not null && Find(target.Model, route, null, out var meant) is null && meant[0] == target ? target.Model : target.ToString();

    private FallbackChain? Chain(string asked, string? route)
    {
        foreach (var chain in configuration.Fallbacks)
        {
            if (chain.IsMeantBy(asked) && (route is null || asked == chain.Name || chain.Targets[0].Provider == route))
            {
                return chain;
            }
        }

        return null;
    }

    private static string Short(string name) => name.Length <= ModelTarget.MaxLength ? name : name[..ModelTarget.MaxLength] + "…";

    private ModelTarget? Single(string asked, string? route)
    {
        if (ModelTarget.TryParse(asked, out var target) && _providers.ContainsKey(target.Provider))
        {
            return target;
        }

        if (asked.Length is 0 or > ModelTarget.MaxLength || asked.Any(char.IsControl))
        {
            return null;
        }

        var provider = route is not null && _providers.TryGetValue(route, out var routed) ? routed
            : _named.TryGetValue(asked, out var named) ? named
            : configuration.Providers.FirstOrDefault(each => each.Row.ModelPrefixes.Any(prefix => asked.StartsWith(prefix, StringComparison.Ordinal)))
            ?? (configuration.Providers.Count == 1 ? configuration.Providers[0] : null);
        return provider is null ? null : new ModelTarget(provider.Name, asked);
    }
}
