using Farthing.Gateway.Bedrock;
using Farthing.Gateway.Booking;
using Farthing.Gateway.Configuration;
using Farthing.Gateway.Keys;
using Farthing.Gateway.Providers;

namespace Farthing.Gateway.Fallbacks;

/// <summary>One provider with its keys, its breaker and its connections, for as long as a configuration is in force that has it as it is.</summary>
/// <param name="Options">As configured.</param>
/// <param name="Keys">Its keys.</param>
/// <param name="Pipeline">Its retries and breaker.</param>
/// <param name="Http">Its connections.</param>
public sealed record ProviderLink(ProviderOptions Options, KeyRing Keys, ProviderPipeline Pipeline, HttpMessageInvoker Http) : IDisposable
{
    private readonly Dictionary<WireShape, Uri> _urls = Enum.GetValues<WireShape>().ToDictionary(
        static shape => shape, shape => Below(Options.BaseUrl, shape.Path()));

    private int _users = 1;

    /// <summary>What its models are priced as.</summary>
    public required PriceNames Prices { get; init; }

    /// <summary>Where a shape is posted to.</summary>
    public Uri UrlOf(WireShape shape) => _urls[shape];

    /// <summary>A path below the base URL.</summary>
    public Uri Below(string path) => Below(Options.BaseUrl, path);

    /// <summary>Adds the key and what else every request to this provider carries.</summary>
    public void Sign(HttpRequestMessage request, KeyOptions key)
    {
        ArgumentNullException.ThrowIfNull(request);
        request.Headers.TryAddWithoutValidation("user-agent", "farthing");
        foreach (var (name, value) in Options.Row.Headers)
        {
            if (!request.Headers.Contains(name))
            {
                request.Headers.TryAddWithoutValidation(name, value);
            }
        }

        if (ReferenceEquals(key, KeyRing.NoKey))
        {
            return;
        }

        if (Options.Row.KeyHeader == KeyHeader.AwsSignature)
        {
            request.Options.Set(BedrockHandler.Key, key);
            return;
        }

        var (header, text) = Options.Row.KeyHeader switch
        {
            KeyHeader.XApiKey => ("x-api-key", key.Value.Reveal()),
            KeyHeader.ApiKey => ("api-key", key.Value.Reveal()),
            _ => ("Authorization", "Bearer " + key.Value.Reveal()),
        };
        request.Headers.TryAddWithoutValidation(header, text);
    }

    /// <summary>Lends it to one more configuration.</summary>
    internal ProviderLink Share()
    {
        Interlocked.Increment(ref _users);
        return this;
    }

    /// <summary>Closes its connections when the last configuration that has it lets it go.</summary>
    public void Dispose()
    {
        if (Interlocked.Decrement(ref _users) == 0)
        {
            Http.Dispose();
        }
    }

    private static Uri Below(Uri url, string path) => new($"{url.AbsoluteUri.TrimEnd('/')}/{path}");
}
