using System.Net.Sockets;
using Farthing.Gateway.Fallbacks;

namespace Farthing.Alarms;

/// <summary>
/// Says in words of ours why a receiver gave no answer. What .NET says repeats bytes of a receiver that speaks no HTTP, and the words go to the ledger for ever and to terminals.
/// </summary>
internal static class WebhookFault
{
    /// <summary>The words.</summary>
    public static string Of(HttpRequestException error) => (error as RefusedAddressException ?? error.InnerException as RefusedAddressException) is { } refused
        ? refused.Message
        : error.HttpRequestError switch
        {
            HttpRequestError.NameResolutionError => "its name has no address",
            HttpRequestError.ConnectionError => OfSocket(error.InnerException as SocketException),
            HttpRequestError.SecureConnectionError => "no TLS connection: its certificate or its protocol is not accepted",
            HttpRequestError.ResponseEnded => "the connection ended before an answer",
            HttpRequestError.InvalidResponse or HttpRequestError.HttpProtocolError or HttpRequestError.VersionNegotiationError => "what it answers is no HTTP",
            HttpRequestError.ConfigurationLimitExceeded => "the headers of its answer are too long",
            _ => "the connection failed",
        };

    private static string OfSocket(SocketException? error) => error?.SocketErrorCode switch
    {
        SocketError.ConnectionRefused => "it refuses connections",
        SocketError.TimedOut => "no connection in time",
        SocketError.HostUnreachable or SocketError.NetworkUnreachable or SocketError.HostDown => "it can't be reached",
        _ => "no connection",
    };
}
