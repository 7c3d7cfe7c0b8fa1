using Farthing.Gateway.Bedrock;
using Farthing.Gateway.Providers;

namespace Farthing.Gateway.Configuration;

/// <summary>A provider as configured.</summary>
/// <param name="Name">Its name in targets, such as <c>openai</c>.</param>
/// <param name="Row">What is known of its kind.</param>
/// <param name="BaseUrl">Where it is, with the version, without a slash at its end.</param>
public sealed record ProviderOptions(string Name, ProviderRow Row, Uri BaseUrl)
{
    /// <summary>Its keys; empty for a server that takes none.</summary>
    public IReadOnlyList<KeyOptions> Keys { get; init; } = [];

    /// <summary>The name that its models are priced under, as in <c>llm/NAME/model</c>. Default: its kind, or its own name where the kind is any.</summary>
    public string PriceAs { get; init; } = Row?.Name is null or ProviderTable.Compatible ? Name : Row.Name;

    /// <summary>The names that single models are priced under, by the names they are called by; the others' are their own.</summary>
    public IReadOnlyDictionary<string, string> PriceModels { get; init; } = new Dictionary<string, string>();

    /// <summary>The region of AWS that requests are signed for, such as <c>eu-central-1</c>; empty for providers elsewhere.</summary>
    public string Region { get; init; } = "";

    /// <summary>Models to list to clients beside those that chains and keys name.</summary>
    public IReadOnlyList<string> Models { get; init; } = [];

    /// <summary>Names of models that it serves by Responses alone, see <see cref="ModelPattern"/>. Default: those of its kind.</summary>
    public IReadOnlyList<string> ResponsesModels { get; init; } = Row?.ResponsesModels ?? [];

    /// <summary>Whether it may be reached at a link-local address, where clouds keep their metadata services. Default false.</summary>
    public bool AllowLinkLocal { get; init; }

    /// <summary>
    /// Whether it is reached through the proxy that the environment names (HTTPS_PROXY and so on), if any: then only the proxy's address can be
    /// checked. Default false.
    /// </summary>
    public bool UseProxy { get; init; }

    /// <summary>The shapes that it takes calls of a model in.</summary>
    internal IReadOnlyList<WireShape> Speaks(string model)
    {
        foreach (var pattern in ResponsesModels)
        {
            if (ModelPattern.Fits(pattern, model))
            {
                return Row.Speaks.Contains(WireShape.Embeddings) ? ResponsesAndEmbeddings : ResponsesAlone;
            }
        }

        return Row.Speaks;
    }

    private static IReadOnlyList<WireShape> ResponsesAlone { get; } = [WireShape.Responses];

    private static IReadOnlyList<WireShape> ResponsesAndEmbeddings { get; } = [WireShape.Responses, WireShape.Embeddings];

    /// <summary>Whether a key of it may serve a model; a server that takes none serves all.</summary>
    internal bool Serves(string model) => Keys.Count == 0 || Keys.Any(key => key.Serves(model));

    /// <summary>Whether another configuration of it says the same, so that its connections and its health may stay.</summary>
    internal bool IsLike(ProviderOptions other) =>
        (Name, Row, BaseUrl, PriceAs, Region, AllowLinkLocal, UseProxy) == (other.Name, other.Row, other.BaseUrl, other.PriceAs, other.Region, other.AllowLinkLocal, other.UseProxy)
        && Models.SequenceEqual(other.Models) && ResponsesModels.SequenceEqual(other.ResponsesModels)
        && PriceModels.Count == other.PriceModels.Count && !PriceModels.Except(other.PriceModels).Any()
        && Keys.Count == other.Keys.Count && Keys.Zip(other.Keys).All(static pair => pair.First.IsLike(pair.Second));
}

/// <summary>One key of a provider.</summary>
/// <param name="Id">Its name in the ledger and in headers; never the key.</param>
/// <param name="Value">The key.</param>
public sealed record KeyOptions(string Id, Secret Value)
{
    /// <summary>Its share of the calls among the keys that can be used. Default 1, above 0 to 1,000.</summary>
    public double Weight { get; init; } = 1;

    /// <summary>What signs requests to AWS; null where <see cref="Value"/> alone is the key.</summary>
    public AwsKey? Aws { get; init; }

    /// <summary>The only models that it is used for; empty for all.</summary>
    public IReadOnlyList<string> Models { get; init; } = [];

    /// <summary>Whether it may be used for a model.</summary>
    internal bool Serves(string model) => Models.Count == 0 || Models.Contains(model);

    /// <summary>Whether it is the same key under the same name.</summary>
    internal bool IsSame(KeyOptions other) => Id == other.Id && Value.Reveal() == other.Value.Reveal()
        && Aws?.Value.Reveal() == other.Aws?.Value.Reveal() && Aws?.SessionToken?.Reveal() == other.Aws?.SessionToken?.Reveal();

    /// <summary>Whether it is the same key and is used alike.</summary>
    internal bool IsLike(KeyOptions other) => IsSame(other) && Weight.Equals(other.Weight) && Models.SequenceEqual(other.Models);
}
