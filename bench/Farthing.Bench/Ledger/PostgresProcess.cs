using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Farthing.Bench.Ledger;

/// <summary>A PostgreSQL server on loopback for the time of a measurement, with fsync on and the package's own settings.</summary>
internal sealed class PostgresProcess : IDisposable
{
    private readonly Process _process;
    private readonly string _folder;

    private PostgresProcess(Process process, string folder, int port)
    {
        (_process, _folder) = (process, folder);
        Address = $"Host=127.0.0.1;Port={port};Username=farthing;Database=postgres";
    }

    public string Address { get; }

    /// <summary>Starts one from Debian's package; null, with the reason printed, where it can't be.</summary>
    public static PostgresProcess? TryStart(string folder, TextWriter output)
    {
        var binaries = Directory.Exists("/usr/lib/postgresql") ? Directory.GetDirectories("/usr/lib/postgresql").Order().LastOrDefault() : null;
        if (binaries is null)
        {
            output.WriteLine("PostgreSQL is not installed; its rows are left out ('apt-get install postgresql').");
            return null;
        }

        Directory.CreateDirectory(folder);
        // The server refuses to run as root, so there it runs as the user that its package makes.
        string[] user = Environment.UserName == "root" ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] : [];
        if (user.Length > 0)
        {
            Run(["chown", "postgres", folder]);
        }

        Run([.. user, $"{binaries}/bin/initdb", "-D", $"{folder}/data", "-A", "trust", "-U", "farthing", "--locale=C", "-E", "UTF8"]);
        int port;
        using (var listener = new TcpListener(IPAddress.Loopback, 0))
        {
            listener.Start();
            port = ((IPEndPoint)listener.LocalEndpoint).Port;
        }

        var server = Start([.. user, $"{binaries}/bin/postgres", "-D", $"{folder}/data", "-p", $"{port}", "-c", "listen_addresses=127.0.0.1", "-c", $"unix_socket_directories={folder}", "-c", "max_wal_size=4GB", "-c", "shared_buffers=512MB"]);
        var made = new PostgresProcess(server, folder, port);
        for (var i = 0; i < 100; i++)
        {
            try
            {
                using var connection = new NpgsqlConnection(made.Address + ";Pooling=false");
                connection.Open();
                return made;
            }
            catch (NpgsqlException)
            {
                server.WaitForExit(100);
            }
        }

        made.Dispose();
        output.WriteLine("PostgreSQL does not start; its rows are left out.");
        return null;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            Run(["kill", "-INT", $"{_process.Id}"]);
            _process.WaitForExit();
        }

        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static void Run(string[] command)
    {
        using var process = Start(command);
        process.StandardError.ReadToEnd();
        process.WaitForExit();
    }

    private static Process Start(string[] command)
    {
        var start = new ProcessStartInfo(command[0], command[1..]) { WorkingDirectory = "/", RedirectStandardOutput = true, RedirectStandardError = true };
        var process = Process.Start(start)!;
        process.BeginOutputReadLine();
        return process;
    }
}
