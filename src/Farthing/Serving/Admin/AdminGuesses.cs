using System.Net;
using System.Net.Sockets;
using Farthing.Gateway.Configuration;
using Microsoft.AspNetCore.Http;

namespace Farthing.Serving.Admin;

/// <summary>
/// Lets a request to the admin's port in, and whoever guesses wait: after <see cref="MostWrong"/> wrong keys within a minute of each other an address is refused
/// for a minute after the last of them, whatever key it shows. What shows none guesses nothing, and is refused as ever. A network of IPv6 (/64) counts as one address.
/// </summary>
/// <param name="time">The clock.</param>
internal sealed class AdminGuesses(TimeProvider time)
{
    /// <summary>How many wrong keys an address may show.</summary>
    public const int MostWrong = 10;

    // A table of strangers does not grow without end: those beyond it are counted as one.
    private const int MostAddresses = 4096;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<IPAddress, (int Wrong, long Last)> _wrong = [];

    /// <summary>What becomes of a request: let in, refused, or told how long to wait.</summary>
    /// <param name="request">The request.</param>
    /// <param name="options">As configured now.</param>
    public (bool IsIn, TimeSpan? Wait) Decide(HttpRequest request, AdminOptions options)
    {
        if (options.OpenMetrics && AdminKey.IsOpen(request))
        {
            return (true, null);
        }

        if (ClientRequest.Key(request) is not { Length: > 0 })
        {
            return (false, null);
        }

        // Under the lock, so that many at once have no more tries than one after the other.
        lock (_gate)
        {
            var address = Of(request.HttpContext.Connection.RemoteIpAddress);
            if (_wrong.TryGetValue(address, out var counted))
            {
                TimeSpan left = Window - time.GetElapsedTime(counted.Last);
                if (left <= TimeSpan.Zero)
                {
                    _wrong.Remove(address);
                    counted = default;
                }
                else if (counted.Wrong >= MostWrong)
                {
                    return (false, left);
                }
            }

            bool isShown = AdminKey.IsShown(request, options);
            if (!isShown)
            {
                _wrong[address] = (counted.Wrong + 1, time.GetTimestamp());
            }

            return (isShown, null);
        }
    }

    private IPAddress Of(IPAddress? remote)
    {
        IPAddress address = remote switch
        {
            null => IPAddress.None,
            { IsIPv4MappedToIPv6: true } => remote.MapToIPv4(),
            { AddressFamily: AddressFamily.InterNetworkV6 } => Network(remote),
            _ => remote,
        };
        if (_wrong.Count < MostAddresses || _wrong.ContainsKey(address))
        {
            return address;
        }

        foreach (IPAddress old in _wrong.Where(pair => time.GetElapsedTime(pair.Value.Last) >= Window).Select(static pair => pair.Key).ToList())
        {
            _wrong.Remove(old);
        }

        return _wrong.Count < MostAddresses ? address : IPAddress.None;
    }

    private static IPAddress Network(IPAddress address)
    {
        byte[] bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes);
    }
}
