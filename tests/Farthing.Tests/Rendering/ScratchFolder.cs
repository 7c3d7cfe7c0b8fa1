namespace Farthing.Tests.Rendering;

/// <summary>An empty folder that goes with the test.</summary>
internal sealed class ScratchFolder : IDisposable
{
    public string FullName { get; } = Directory.CreateTempSubdirectory("farthing-test-").FullName;

    public string File(string name) => Path.Combine(FullName, name);

    public void Dispose() => Directory.Delete(FullName, recursive: true);
}
