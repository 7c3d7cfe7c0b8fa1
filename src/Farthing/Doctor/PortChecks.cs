using System.Net;
using System.Net.Sockets;
using Farthing.Serving;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Farthing.Doctor;

/// <summary>Whether the gateway's ports are free. They are bound as Kestrel binds them, and held together: one may be in the other's way.</summary>
internal static class PortChecks
{
    /// <summary>Looks at them and lets them go.</summary>
    /// <param name="gateway">Where the gateway listens.</param>
    /// <param name="admin">Where the admin's server listens; null where there is none.</param>
    public static IReadOnlyList<Check> Run(IPEndPoint gateway, IPEndPoint? admin)
    {
        var (held, listen) = Bind("listen", gateway, "server.listen", null);
        using (held)
        {
            if (admin is null)
            {
                return [listen];
            }

            var (beside, second) = Bind("admin", admin, "admin.listen", held is null ? null : gateway);
            beside?.Dispose();
            return [listen, second];
        }
    }

    private static (Socket? Held, Check Check) Bind(string area, IPEndPoint listen, string setting, IPEndPoint? beside)
    {
        Socket? socket = null;
        try
        {
            socket = SocketTransportOptions.CreateDefaultBoundListenSocket(listen);
            socket.Listen();
            return (socket, Check.Ok(area, $"{listen} is free"));
        }
        catch (SocketException e)
        {
            socket?.Dispose();
            string mend = e.SocketErrorCode == SocketError.AddressAlreadyInUse && beside?.Port == listen.Port
                ? $"Give {setting} a port of its own: server.listen takes {beside}."
                : Listening.Mend(e, setting);
            return (null, Check.Problem(area, $"{listen} can't be listened on: {e.Message.TrimEnd('.')}.", mend));
        }
    }
}
