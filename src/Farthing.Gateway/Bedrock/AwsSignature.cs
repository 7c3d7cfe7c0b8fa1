using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Amazon.Runtime.Internal.Auth;

namespace Farthing.Gateway.Bedrock;

/// <summary>
/// Signs requests with AWS's Signature Version 4. What is signed is put together here from the request as it is sent; keys are
/// derived and used by AWS's own library.
/// </summary>
/// <remarks>https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html</remarks>
internal static class AwsSignature
{
    /// <summary>Adds <c>x-amz-date</c>, <c>x-amz-security-token</c> and <c>Authorization</c>.</summary>
    /// <param name="request">The request, whole but for these.</param>
    /// <param name="body">Its body.</param>
    /// <param name="key">Who signs.</param>
    /// <param name="scope">Region and service.</param>
    /// <param name="now">The clock; a signature holds for some minutes.</param>
    public static void Sign(HttpRequestMessage request, ReadOnlySpan<byte> body, AwsKey key, (string Region, string Service) scope, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(request);
        Uri url = request.RequestUri!;
        SortedDictionary<string, string> headers = new(StringComparer.Ordinal)
        {
            ["host"] = url.Authority,
            ["x-amz-date"] = now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture),
        };
        if (request.Content?.Headers.ContentType is { } type)
        {
            headers["content-type"] = type.ToString();
        }

        if (key.SessionToken is { } token)
        {
            headers["x-amz-security-token"] = token.Reveal();
        }

        string names = string.Join(';', headers.Keys);
        string canonical = Canonical(request.Method, url, headers, names, body);
        AWS4SigningResult result = AWS4Signer.ComputeSignature(key.Id.Reveal(), key.Value.Reveal(), scope.Region, now.UtcDateTime, scope.Service, names, canonical);
        foreach (var (name, value) in headers.Where(static header => header.Key.StartsWith("x-amz-", StringComparison.Ordinal)))
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        request.Headers.TryAddWithoutValidation("Authorization", result.ForAuthorizationHeader);
    }

    private static string Canonical(HttpMethod method, Uri url, SortedDictionary<string, string> headers, string names, ReadOnlySpan<byte> body)
    {
        var text = new StringBuilder().Append(method.Method).Append('\n');

        // Every service but S3 signs the path as it is sent, escaped once more.
        text.AppendJoin('/', url.AbsolutePath.Split('/').Select(Uri.EscapeDataString)).Append('\n');
        text.AppendJoin('&', url.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries)
            .Select(static pair => pair.Contains('=', StringComparison.Ordinal) ? pair : pair + "=")
            .Order(StringComparer.Ordinal)).Append('\n');
        foreach (var (name, value) in headers)
        {
            text.Append(name).Append(':').Append(value.Trim()).Append('\n');
        }

        return text.Append('\n').Append(names).Append('\n').Append(Convert.ToHexStringLower(SHA256.HashData(body))).ToString();
    }
}
