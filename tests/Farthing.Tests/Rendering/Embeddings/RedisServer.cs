using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using StackExchange.Redis;

namespace Farthing.Tests.Rendering.Embeddings;

/// <summary>The Redis server that <c>eng/test.sh</c> starts, or one of a test's own that it may kill.</summary>
internal sealed class RedisServer : IDisposable
{
    public const string Variable = "FARTHING_TEST_REDIS";

    private readonly Process _process;

    private RedisServer(Process process, int port) => (_process, Port) = (process, port);

    public int Port { get; }

    public string Address => $"redis://127.0.0.1:{Port}";

    /// <summary>The shared server's address. Its absence is a failure: the tests of Redis must run.</summary>
    public static string Shared => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } address
        ? address
        : throw new InvalidOperationException(
            $"{Variable} is not set. Run eng/test.sh, which starts a server; or start one (redis-server --port 6390 --save '') and set {Variable}=redis://127.0.0.1:6390.");

    public static async Task<RedisServer> StartAsync(params string[] options)
    {
        int port = FreePort();
        var start = new ProcessStartInfo("redis-server") { RedirectStandardOutput = true };
        foreach (string argument in new[] { "--port", $"{port}", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no" }.Concat(options))
        {
            start.ArgumentList.Add(argument);
        }

        var server = new RedisServer(Process.Start(start)!, port);
        for (int i = 0; i < 100; i++)
        {
            try
            {
                await using var connection = await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{port},connectTimeout=200");
                return server;
            }
            catch (RedisConnectionException)
            {
                await Task.Delay(50, TestContext.Current.CancellationToken);
            }
        }

        server.Dispose();
        throw new InvalidOperationException("redis-server did not start");
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            Kill();
        }

        _process.Dispose();
    }
}
