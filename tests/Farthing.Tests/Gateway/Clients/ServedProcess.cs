using System.Collections.Concurrent;
using System.Diagnostics;
using Farthing.Tests.Goldens;

namespace Farthing.Tests.Gateway.Clients;

/// <summary>The real executable, serving until it is told to stop.</summary>
internal sealed class ServedProcess : IAsyncDisposable
{
    private static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LongestEnd = TimeSpan.FromSeconds(30);
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _lines = [];
    private readonly TaskCompletionSource<Uri> _address = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ServedProcess(Process process) => _process = process;

    /// <summary>Everything that it printed so far, errors too.</summary>
    public string Said => string.Join('\n', _lines);

    /// <summary>Starts it.</summary>
    /// <returns>The process and the address that it printed.</returns>
    public static async Task<(ServedProcess Process, Uri Address)> StartAsync(IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Golden.RepositoryRoot };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "farthing.dll"));
        Array.ForEach(arguments, start.ArgumentList.Add);
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        start.Environment["FARTHING_HOME"] = Golden.RepositoryRoot;
        start.Environment.Remove("FARTHING_DATA");
        var served = new ServedProcess(new Process { StartInfo = start, EnableRaisingEvents = true });
        served._process.OutputDataReceived += (_, line) => served.Hear(line.Data);
        served._process.ErrorDataReceived += (_, line) => served.Hear(line.Data);
        served._process.Exited += (_, _) => served._address.TrySetException(new InvalidOperationException("farthing ended before it served: " + served.Said));
        served._process.Start();
        served._process.BeginOutputReadLine();
        served._process.BeginErrorReadLine();
        return (served, await served._address.Task.WaitAsync(LongestStart));
    }

    /// <summary>Asks it to end, as a service manager does, and waits.</summary>
    public async Task StopAsync()
    {
        if (_process.HasExited)
        {
            return;
        }

        using (var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]))
        {
            await kill.WaitForExitAsync();
        }

        using var longest = new CancellationTokenSource(LongestEnd);
        await _process.WaitForExitAsync(longest.Token);
    }

    /// <summary>SIGKILL.</summary>
    public async Task KillAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await KillAsync();
        }

        _process.Dispose();
    }

    private void Hear(string? line)
    {
        if (line is null)
        {
            return;
        }

        _lines.Enqueue(line);
        int at = line.IndexOf("http://127.0.0.1:", StringComparison.Ordinal);
        if (at >= 0)
        {
            _address.TrySetResult(new Uri(line[at..].Split('/', ',')[2] is var authority ? $"http://{authority}" : ""));
        }
    }
}
