using System.Net;
using System.Net.Sockets;
using Farthing.Gateway.Configuration;

namespace Farthing.Gateway.Fallbacks;

/// <summary>Connections to one provider: pooled, no redirects, no cookies, and never to where clouds keep their metadata.</summary>
public static class Connections
{
    // Where clouds answer that have their metadata services at no link-local address: Azure's wire server, Alibaba, Oracle, AWS over IPv6.
    private static readonly IPAddress[] Metadata =
    [
        IPAddress.Parse("168.63.129.16"), IPAddress.Parse("100.100.100.200"), IPAddress.Parse("192.0.0.192"), IPAddress.Parse("fd00:ec2::254"),
    ];

    /// <summary>Makes the connections of a provider.</summary>
    public static HttpMessageInvoker Create(ProviderOptions provider, ResilienceOptions resilience)
    {
        ArgumentNullException.ThrowIfNull(provider);
        ArgumentNullException.ThrowIfNull(resilience);
        return new HttpMessageInvoker(Handler(resilience.Connect, provider.AllowLinkLocal, provider.UseProxy));
    }

    /// <summary>Makes connections to a server that the configuration names.</summary>
    /// <param name="connect">How long connecting may take.</param>
    /// <param name="allowLinkLocal">Whether link-local and metadata addresses may be connected to.</param>
    public static HttpMessageInvoker Create(TimeSpan connect, bool allowLinkLocal) => new(Handler(connect, allowLinkLocal, useProxy: false));

    /// <summary>What makes the connections.</summary>
    internal static SocketsHttpHandler Handler(TimeSpan connect, bool allowLinkLocal, bool useProxy) => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,

        // A proxy resolves names by itself, so that what it connects to can't be checked here.
        UseProxy = useProxy,
        AutomaticDecompression = DecompressionMethods.None,
        ActivityHeadersPropagator = null,
        ConnectTimeout = connect,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1),
        EnableMultipleHttp2Connections = true,
        MaxResponseHeadersLength = 64,
        ConnectCallback = (context, stop) => ConnectAsync(context.DnsEndPoint, allowLinkLocal, stop),
    };

    /// <summary>Whether an address is one that no provider has: link-local, or a cloud's metadata service.</summary>
    internal static bool IsRefused(IPAddress address)
    {
        var plain = Within(address);
        return plain.IsIPv6LinkLocal || Metadata.Contains(plain)
            || (plain.AddressFamily == AddressFamily.InterNetwork && plain.GetAddressBytes() is [169, 254, ..]);
    }

    /// <summary>The IPv4 address that an IPv6 address leads to, where it is one of the forms that hold one.</summary>
    private static IPAddress Within(IPAddress address) => address.GetAddressBytes() switch
    {
        // ::ffff:0:0/96 of RFC 4291, ::/96 of the same (but :: and ::1), 64:ff9b::/96 of RFC 6052.
        [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, .. var mapped] => new IPAddress(mapped),
        [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, not 0, ..] bytes => new IPAddress(bytes.AsSpan(12)),
        [0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0, .. var translated] => new IPAddress(translated),

        // 2002::/16 of RFC 3056.
        [0x20, 0x02, _, _, _, _, _, _, _, _, _, _, _, _, _, _] bytes => new IPAddress(bytes.AsSpan(2, 4)),
        _ => address,
    };

    /// <summary>The address that is connected to is the one that was checked, so a name can't change in between.</summary>
    private static async ValueTask<Stream> ConnectAsync(DnsEndPoint server, bool allowLinkLocal, CancellationToken stop)
    {
        var addresses = IPAddress.TryParse(server.Host.Trim('[', ']'), out var literal) ? [literal] : await Dns.GetHostAddressesAsync(server.Host, stop);
        IPAddress[] allowed = [.. addresses.Where(address => allowLinkLocal || !IsRefused(address))];
        if (allowed.Length == 0)
        {
            throw new RefusedAddressException(addresses.Length == 0
                ? $"'{server.Host}' has no address."
                : $"'{server.Host}' is a link-local or metadata address, which is not allowed. Set allow_link_local: true if it is meant.");
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, server.Port, stop);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
