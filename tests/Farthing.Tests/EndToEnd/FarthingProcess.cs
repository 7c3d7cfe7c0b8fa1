using System.Diagnostics;
using Farthing.Tests.Goldens;

namespace Farthing.Tests.EndToEnd;

/// <summary>The real executable, started as a user would start it.</summary>
internal sealed class FarthingProcess : IDisposable
{
    private readonly Process _process;
    private readonly Task<string> _output;
    private readonly Task<string> _errors;
    private readonly TaskCompletionSource<string> _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private FarthingProcess(Process process)
    {
        _process = process;
        _output = ReadOutputAsync(process.StandardOutput);
        _errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>How a process ended and what it said.</summary>
    internal sealed record Result(int ExitCode, string Output, string Errors);

    public static FarthingProcess Start(params string[] arguments) => Start(new Dictionary<string, string>(), arguments);

    /// <summary>Starts it with variables of the environment besides.</summary>
    public static FarthingProcess Start(IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Golden.RepositoryRoot,
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "farthing.dll"));
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["FARTHING_HOME"] = Golden.RepositoryRoot;
        start.Environment.Remove("FARTHING_DATA");
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return new FarthingProcess(Process.Start(start)!);
    }

    public static async Task<Result> RunAsync(params string[] arguments)
    {
        using var process = Start(arguments);
        return await process.EndAsync();
    }

    /// <summary>Where a server listens, once it does.</summary>
    public Task<string> ListeningAsync() => _listening.Task;

    private async Task<string> ReadOutputAsync(StreamReader output)
    {
        const string Listening = "Listening on ";
        var text = new System.Text.StringBuilder();
        while (await output.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            text.Append(line).Append('\n');
            if (line.StartsWith(Listening, StringComparison.Ordinal))
            {
                _listening.TrySetResult(line[Listening.Length..].Trim());
            }
        }

        _listening.TrySetException(new InvalidOperationException("The process ended before it listened."));
        return text.ToString();
    }

    public async Task<Result> EndAsync()
    {
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return new Result(_process.ExitCode, await _output, await _errors);
    }

    /// <summary>SIGKILL after a while, unless it ended before.</summary>
    /// <returns>Whether it was killed.</returns>
    public async Task<bool> KillAfterAsync(TimeSpan delay)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(delay);
        try
        {
            await _process.WaitForExitAsync(limit.Token);
            return false;
        }
        catch (OperationCanceledException) when (!TestContext.Current.CancellationToken.IsCancellationRequested)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
            return true;
        }
    }

    /// <summary>SIGTERM, as a service manager stops it.</summary>
    public async Task<Result> StopAsync()
    {
        using (Process kill = Process.Start("kill", ["-TERM", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]))
        {
            await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        return await EndAsync();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
    }
}
