using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Farthing.Simulation.Serving;

/// <summary>
/// Checks a request's AWS signature, version 4, as a server does: from the request alone. Written apart from what the gateway signs
/// with, so that one checks the other.
/// </summary>
internal static partial class AwsSigned
{
    /// <summary>The name of the key that signed; null where it is none of these or the signature is wrong.</summary>
    /// <param name="request">The request.</param>
    /// <param name="body">Its body.</param>
    /// <param name="keys">By name, each <c>ID:SECRET</c> or, for temporary ones, <c>ID:SECRET:TOKEN</c>.</param>
    public static string? KeyName(HttpRequest request, ReadOnlySpan<byte> body, IReadOnlyDictionary<string, string> keys)
    {
        Match shown = Shown().Match(request.Headers.Authorization.ToString());
        if (!shown.Success)
        {
            return null;
        }

        foreach (var (name, key) in keys)
        {
            string[] parts = key.Split(':');
            if (parts.Length is 2 or 3 && parts[0] == shown.Groups["id"].Value
                && request.Headers["x-amz-security-token"].ToString() == (parts.Length == 3 ? parts[2] : "")
                && Signature(request, body, parts[1], shown) == shown.Groups["signature"].Value)
            {
                return name;
            }
        }

        return null;
    }

    private static string Signature(HttpRequest request, ReadOnlySpan<byte> body, string secret, Match shown)
    {
        string[] target = request.HttpContext.Features.Get<IHttpRequestFeature>()!.RawTarget.Split('?', 2);
        string names = shown.Groups["names"].Value;
        string headers = string.Concat(names.Split(';').Select(name => $"{name}:{request.Headers[name]}\n"));
        string path = target[0].Replace("%", "%25", StringComparison.Ordinal);
        string canonical = $"{request.Method}\n{path}\n{(target.Length > 1 ? target[1] : "")}\n{headers}\n{names}\n{Convert.ToHexStringLower(SHA256.HashData(body))}";
        string scope = $"{shown.Groups["day"].Value}/{shown.Groups["region"].Value}/{shown.Groups["service"].Value}/aws4_request";
        string text = $"AWS4-HMAC-SHA256\n{request.Headers["x-amz-date"]}\n{scope}\n{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)))}";
        byte[] key = Encoding.UTF8.GetBytes("AWS4" + secret);
        foreach (string part in scope.Split('/'))
        {
            key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part));
        }

        return Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text)));
    }

    [GeneratedRegex("^AWS4-HMAC-SHA256 Credential=(?<id>[^/]+)/(?<day>\\d{8})/(?<region>[a-z0-9-]+)/(?<service>bedrock)/aws4_request, ?SignedHeaders=(?<names>[a-z0-9;-]+), ?Signature=(?<signature>[0-9a-f]{64})$")]
    private static partial Regex Shown();
}
