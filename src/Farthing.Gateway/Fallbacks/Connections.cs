using System.Net;
using System.Net.Sockets;
using Farthing.Gateway.Configuration;

namespace Farthing.Gateway.Fallbacks;

/// <summary>Connections to one provider: pooled, no redirects, no cookies, and never to where clouds keep their metadata.</summary>
public static class Connections
{
    // The IPv6 address of AWS's metadata service, which is not link-local.
    private static readonly IPAddress Metadata = IPAddress.Parse("fd00:ec2::254");

    /// <summary>Makes the connections of a provider.</summary>
    public static HttpMessageInvoker Create(ProviderOptions provider, ResilienceOptions resilience)
    {
        ArgumentNullException.ThrowIfNull(provider);
        ArgumentNullException.ThrowIfNull(resilience);
        return Create(resilience.Connect, provider.AllowLinkLocal);
    }

    /// <summary>Makes connections to a server that the configuration names.</summary>
    /// <param name="connect">How long connecting may take.</param>
    /// <param name="allowLinkLocal">Whether link-local and metadata addresses may be connected to.</param>
    public static HttpMessageInvoker Create(TimeSpan connect, bool allowLinkLocal) => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.None,
        ActivityHeadersPropagator = null,
        ConnectTimeout = connect,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1),
        EnableMultipleHttp2Connections = true,
        MaxResponseHeadersLength = 64,
        ConnectCallback = (context, stop) => ConnectAsync(context.DnsEndPoint, allowLinkLocal, stop),
    });

    /// <summary>Whether an address is one that no provider has: link-local, or a cloud's metadata service.</summary>
    internal static bool IsRefused(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return plain.IsIPv6LinkLocal || plain.Equals(Metadata)
            || (plain.AddressFamily == AddressFamily.InterNetwork && plain.GetAddressBytes() is [169, 254, ..]);
    }

    /// <summary>The address that is connected to is the one that was checked, so a name can't change in between.</summary>
    private static async ValueTask<Stream> ConnectAsync(DnsEndPoint server, bool allowLinkLocal, CancellationToken stop)
    {
        var addresses = IPAddress.TryParse(server.Host.Trim('[', ']'), out var literal) ? [literal] : await Dns.GetHostAddressesAsync(server.Host, stop);
        IPAddress[] allowed = [.. addresses.Where(address => allowLinkLocal || !IsRefused(address))];
        if (allowed.Length == 0)
        {
            throw new HttpRequestException(addresses.Length == 0
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
