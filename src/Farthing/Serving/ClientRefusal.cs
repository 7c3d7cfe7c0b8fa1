using Farthing.Gateway.Calls;
using Farthing.Gateway.Keys;

namespace Farthing.Serving;

/// <summary>What clients are told whose key does not let them in.</summary>
internal static class ClientRefusal
{
    /// <summary>No key, or none of this gateway's.</summary>
    public static GatewayError UnknownKey { get; } = new(
        401, "invalid_api_key", "The key is missing or unknown: send one of this gateway's keys (fk-…) as a bearer token or in x-api-key.");

    /// <summary>Takes a request from what a key may make in a minute.</summary>
    /// <param name="key">The key.</param>
    /// <param name="bytes">The length of a prompt's body; 0 for a request without a prompt.</param>
    /// <returns>Null when it may be made.</returns>
    public static GatewayError? OfRate(ClientKey key, int bytes)
    {
        if (key.TryTake(bytes, out bool isTokens) is not { } wait)
        {
            return null;
        }

        string used = isTokens ? $"used its {key.Options.TokensPerMinute} tokens" : $"made its {key.Options.RequestsPerMinute} calls";
        return new GatewayError(429, "rate_limited", $"The key '{key.Options.Name}' has {used} a minute.") { RetryAfter = wait };
    }
}
