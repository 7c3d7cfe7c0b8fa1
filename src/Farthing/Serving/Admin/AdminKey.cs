using System.Security.Cryptography;
using System.Text;
using Farthing.Gateway.Configuration;
using Microsoft.AspNetCore.Http;

namespace Farthing.Serving.Admin;

/// <summary>Whether a request may use the admin's port.</summary>
internal static class AdminKey
{
    private const int MaxLength = 200;

    /// <summary>Whether a request is for what may be open to all.</summary>
    public static bool IsOpen(HttpRequest request) => request.Path == "/metrics";

    /// <summary>Whether the key is shown. The comparison takes as long for every wrong key.</summary>
    /// <param name="request">The request.</param>
    /// <param name="options">As configured now.</param>
    public static bool IsShown(HttpRequest request, AdminOptions options)
    {
        string shown = ClientRequest.Key(request) ?? "";
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(shown.Length <= MaxLength ? shown : ""), hash);
        return CryptographicOperations.FixedTimeEquals(hash, Convert.FromHexString(options.KeyHash)) && shown.Length > 0;
    }
}
