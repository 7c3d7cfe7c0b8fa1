using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;

namespace Farthing.Serving;

/// <summary>Starts servers, and says in a sentence why one can't listen.</summary>
internal static class Listening
{
    /// <summary>Starts a server.</summary>
    /// <param name="server">The server.</param>
    /// <param name="listen">Where it is to listen.</param>
    /// <param name="setting">What names another place.</param>
    /// <exception cref="UsageException">It can't listen there.</exception>
    public static async Task StartAsync(WebApplication server, IPEndPoint listen, string setting)
    {
        try
        {
            await server.StartAsync();
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            // Kestrel has words of its own for a port that is taken alone, and lets all else through as the socket threw it.
            throw new UsageException($"The gateway can't listen on {listen}: {e.Message.TrimEnd('.')}. {Mend(e as SocketException, setting)}");
        }
    }

    /// <summary>What to do about an address that can't be listened on.</summary>
    /// <param name="error">What the socket said; null where the port is taken.</param>
    /// <param name="setting">What names another place.</param>
    public static string Mend(SocketException? error, string setting) => error?.SocketErrorCode switch
    {
        null or SocketError.AddressAlreadyInUse => $"Choose another with {setting}, or stop what is there; a gateway that runs already is one.",
        SocketError.AccessDenied => $"Choose a port from 1024 up with {setting}, or let this user listen on it.",
        _ => $"Write an address that this machine has with {setting}, such as 127.0.0.1 or 0.0.0.0.",
    };
}
