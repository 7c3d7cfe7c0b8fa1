using System.Globalization;
using System.Text.Json;
using Farthing.Gateway.Fallbacks;
using Farthing.Gateway.Keys;
using Farthing.Gateway.Wire;

namespace Farthing.Gateway.Calls;

/// <summary>A provider's error as its client may see it: without keys, and always JSON of the client's shape.</summary>
internal static class ProviderError
{
    private const int LongestText = 200;

    /// <summary>The status and the body for the client.</summary>
    /// <param name="plan">The attempt that the error answers.</param>
    /// <param name="status">The provider's status.</param>
    /// <param name="fault">What follows from it.</param>
    /// <param name="said">The provider's body.</param>
    public static (int Status, ReadOnlyMemory<byte> Body) For(AttemptPlan plan, int status, AttemptFault fault, ReadOnlyMemory<byte> said)
    {
        var body = Readable(plan, status, fault, said);
        return plan.Bridged is { } bridge ? bridge.ConvertError(status, body) : (status, body);
    }

    /// <summary>In the provider's shape. Proxies before a provider answer pages and plain text, and no SDK reads those.</summary>
    private static ReadOnlyMemory<byte> Readable(AttemptPlan plan, int status, AttemptFault fault, ReadOnlyMemory<byte> said)
    {
        var mask = new KeyMask(plan.Key);
        try
        {
            return mask.OverJson(said);
        }
        catch (JsonException)
        {
            // Keys before the cut, which might leave a part of one.
            var text = mask.Over(PageText.Of(said.Span));

            // An empty body to pass on stays one: of the provider's own faults the gateway has more to say (CallFailure).
            return text.Length == 0 && fault != AttemptFault.Rejected
                ? default
                : Written(plan, status, Message(status, text));
        }
    }

    /// <summary>Where it is translated, the message alone: the translation finds type and code by the status.</summary>
    private static byte[] Written(AttemptPlan plan, int status, string message) => plan.Bridged is null
        ? new GatewayError(status, "provider_error", message).Body(plan.Shape)
        : [.. "{\"error\":{\"message\":"u8, .. JsonSerializer.SerializeToUtf8Bytes(message, WireJson.Default.String), .. "}}"u8];

    private static string Message(int status, string text) => text.Length == 0
        ? string.Create(CultureInfo.InvariantCulture, $"The provider answered {status} without a message that can be read.")
        : string.Create(CultureInfo.InvariantCulture, $"The provider answered {status} with what is no JSON: {Cut(text)}");

    private static string Cut(string text) =>
        text.Length <= LongestText ? text : text[..(char.IsHighSurrogate(text[LongestText - 1]) ? LongestText - 1 : LongestText)] + "…";
}
