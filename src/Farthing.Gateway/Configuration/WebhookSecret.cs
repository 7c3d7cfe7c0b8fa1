using System.Security.Cryptography;

namespace Farthing.Gateway.Configuration;

/// <summary>The written form of what webhooks are signed with, as Standard Webhooks have it.</summary>
public static class WebhookSecret
{
    /// <summary>What it begins with.</summary>
    public const string Prefix = "whsec_";

    /// <summary>A key has at least so many bytes.</summary>
    public const int MinBytes = 24;

    /// <summary>A key has at most so many bytes.</summary>
    public const int MaxBytes = 64;

    private const int NewBytes = 32;

    /// <summary>Makes one.</summary>
    public static string Create() => Prefix + Convert.ToBase64String(RandomNumberGenerator.GetBytes(NewBytes));

    /// <summary>The key itself; null for a text of another form.</summary>
    public static byte[]? KeyOf(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var bytes = new byte[MaxBytes + 2];
        return text.StartsWith(Prefix, StringComparison.Ordinal)
            && Convert.TryFromBase64String(text[Prefix.Length..], bytes, out var length) && length is >= MinBytes and <= MaxBytes
                ? bytes[..length]
                : null;
    }
}
