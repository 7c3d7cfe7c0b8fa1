using Farthing.Commands;
using Farthing.Terminal;
using Farthing.Tests.Rendering;
using Microsoft.Extensions.Time.Testing;
using Spectre.Console.Testing;

namespace Farthing.Tests.Host;

/// <summary>The host with captured consoles, a folder of its own and a clock that stands still.</summary>
internal sealed class HostRig : IDisposable
{
    private readonly ScratchFolder _folder = new();
    private readonly Dictionary<string, string> _variables = [];

    public HostRig() => Host = new Farthing.Host(
        new Screen(Result, Notes, isLive: false),
        new Places(name => _variables.GetValueOrDefault(name), Folder, Path.Combine(Folder, "beside"), Path.Combine(Folder, "user")),
        Time);

    public Farthing.Host Host { get; }

    public string Folder => _folder.FullName;

    public string Data => Path.Combine(Folder, "user", "farthing");

    public TestConsole Result { get; } = Wide();

    public TestConsole Notes { get; } = Wide();

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 11, 20, 12, 0, 0, TimeSpan.Zero));

    public static string DemoModel { get; } = Path.GetFullPath("../models/demo", SampleFiles.Folder);

    public void Set(string variable, string value) => _variables[variable] = value;

    public string Write(string name, string text)
    {
        string path = Path.Combine(Folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    public Task<int> RunAsync(params string[] args) => FarthingCommand.RunAsync(args, Host);

    public void Dispose()
    {
        Result.Dispose();
        Notes.Dispose();
        _folder.Dispose();
    }

    private static TestConsole Wide() => new TestConsole().Width(200);
}
