using System.Diagnostics;
using Farthing.Tests.Goldens;
using StackExchange.Redis;

namespace Farthing.Tests.Rendering.Embeddings;

/// <summary>The Garnet server that <c>eng/test.sh</c> starts with vector sets, or one of a test's own.</summary>
internal sealed class GarnetServer : IDisposable
{
    public const string Variable = "FARTHING_TEST_GARNET";

    private readonly Process _process;
    private readonly ScratchFolder _folder = new();

    private GarnetServer(int port, IEnumerable<string> more)
    {
        Address = $"redis://127.0.0.1:{port}";
        string[] arguments = ["tool", "run", "garnet-server", "--", "--bind", "127.0.0.1", "--port", $"{port}", "--memory", "64m", "--index", "8m", "--checkpointdir", _folder.FullName, .. more];
        _process = Process.Start(new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Golden.RepositoryRoot })!;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>The shared server's address. Its absence is a failure: the tests of vector sets must run.</summary>
    public static string Shared => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } address
        ? address
        : throw new InvalidOperationException(
            $"{Variable} is not set. Run eng/test.sh, which starts a server; or start one (dotnet tool restore; dotnet garnet-server --port 6391 --enable-vector-set-preview) and set {Variable}=redis://127.0.0.1:6391.");

    public string Address { get; }

    public static async Task<GarnetServer> StartAsync(params string[] more)
    {
        int port = RedisServer.FreePort();
        var server = new GarnetServer(port, more);
        for (int i = 0; i < 600 && !server._process.HasExited; i++)
        {
            try
            {
                await using var connection = await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{port},connectTimeout=1000");
                return server;
            }
            catch (RedisConnectionException)
            {
                await Task.Delay(50, TestContext.Current.CancellationToken);
            }
        }

        server.Dispose();
        throw new InvalidOperationException("garnet-server did not start; 'dotnet tool restore' installs it");
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit();
        }

        _process.Dispose();
        _folder.Dispose();
    }
}
