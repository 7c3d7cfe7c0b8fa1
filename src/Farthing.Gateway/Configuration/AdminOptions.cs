using System.Net;

namespace Farthing.Gateway.Configuration;

/// <summary>The port of those who run the gateway.</summary>
/// <param name="Listen">Address and port; another one than the gateway's own. Port 0 takes a free one.</param>
/// <param name="KeyHash">SHA-256 of its key, 64 lower-case hexadecimal digits.</param>
public sealed record AdminOptions(IPEndPoint Listen, string KeyHash)
{
    /// <summary>Whether <c>/metrics</c> may be read without the key. Default false.</summary>
    public bool OpenMetrics { get; init; }
}
