using System.Diagnostics;
using System.Globalization;

namespace Farthing.Drills.Processes;

/// <summary>The real executable, running a command that listens at an address until it is stopped.</summary>
internal sealed class FarthingProgram : IAsyncDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);

    // A gateway books what is left before it ends: all of a run, where the machine was busy with others.
    private static readonly TimeSpan LongestEnd = TimeSpan.FromMinutes(10);
    private readonly Process _process;
    private readonly TaskCompletionSource<Uri> _address = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<string> _said = [];

    private FarthingProgram(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Hear(line.Data);
        process.ErrorDataReceived += (_, line) => Hear(line.Data);
    }

    /// <summary>Where it listens.</summary>
    public Uri Address => _address.Task.Result;

    /// <summary>Starts it and waits until it says where it listens.</summary>
    /// <param name="environment">Variables that it gets.</param>
    /// <param name="arguments">The command line.</param>
    /// <exception cref="InvalidOperationException">It ended, or said nothing in time; the message has what it said.</exception>
    public static async Task<FarthingProgram> StartAsync(IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "farthing.dll"));
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        start.Environment.Remove("FARTHING_DATA");
        var program = new FarthingProgram(Process.Start(start)!);
        program._process.BeginOutputReadLine();
        program._process.BeginErrorReadLine();
        Task ended = program._process.WaitForExitAsync();
        if (await Task.WhenAny(program._address.Task, ended, Task.Delay(Longest, TimeProvider.System)) != program._address.Task)
        {
            string said = program.Said();
            await program.DisposeAsync();
            throw new InvalidOperationException($"'farthing {string.Join(' ', arguments)}' does not listen: {said}");
        }

        return program;
    }

    /// <summary>Lets it end by itself, with SIGTERM.</summary>
    /// <exception cref="InvalidOperationException">It ended with an error, or not in time.</exception>
    public async Task StopAsync()
    {
        using var signal = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await signal.WaitForExitAsync();
        using var limit = new CancellationTokenSource(LongestEnd, TimeProvider.System);
        try
        {
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            throw new InvalidOperationException($"A stopped program did not end: {Said()}");
        }

        if (_process.ExitCode != 0)
        {
            throw new InvalidOperationException($"A stopped program ended with {_process.ExitCode}: {Said()}");
        }
    }

    /// <summary>Ends it as <c>kill -9</c> does.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <inheritdoc/>
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

        lock (_said)
        {
            _said.Add(line);
        }

        if (line.IndexOf("http://", StringComparison.Ordinal) is >= 0 and var at && Uri.TryCreate(line[at..], UriKind.Absolute, out Uri? address))
        {
            _address.TrySetResult(new Uri(address.GetLeftPart(UriPartial.Authority)));
        }
    }

    private string Said()
    {
        lock (_said)
        {
            return string.Join(" / ", _said);
        }
    }
}
