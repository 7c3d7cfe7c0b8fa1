using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Farthing.Gateway.Configuration;

namespace Farthing.Alarms;

/// <summary>Standard Webhooks' signature: HMAC-SHA256 over <c>id.timestamp.body</c>, in base64 after <c>v1,</c>.</summary>
internal static class WebhookSignature
{
    /// <summary>The header of the id.</summary>
    public const string IdHeader = "webhook-id";

    /// <summary>The header of the try's time, seconds since 1970.</summary>
    public const string TimestampHeader = "webhook-timestamp";

    /// <summary>The header of the signature.</summary>
    public const string Header = "webhook-signature";

    /// <summary>The time as it is signed and sent.</summary>
    public static string Timestamp(DateTimeOffset at) => at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);

    /// <summary>Signs a try.</summary>
    public static string Sign(Secret secret, string id, string timestamp, string body)
    {
        byte[] key = WebhookSecret.KeyOf(secret.Reveal()) ?? throw new ArgumentException("The secret was not checked when it was read.", nameof(secret));
        return "v1," + Convert.ToBase64String(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{id}.{timestamp}.{body}")));
    }
}
