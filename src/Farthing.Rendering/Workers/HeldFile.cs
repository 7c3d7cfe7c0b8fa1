namespace Farthing.Rendering.Workers;

/// <summary>
/// A lock that a process holds by keeping a file open: the kernel lets it go when the process ends, however it ends.
/// </summary>
internal sealed class HeldFile : IDisposable
{
    private readonly FileStream _file;
    private readonly string _path;

    private HeldFile(FileStream file, string path) => (_file, _path) = (file, path);

    /// <summary>Takes the lock; null when another holds it.</summary>
    public static HeldFile? TryTake(string folder, string name)
    {
        Directory.CreateDirectory(folder);
        string path = Path.Combine(folder, name + ".lock");
        try
        {
            return new HeldFile(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None), path);
        }
        catch (IOException) when (File.Exists(path))
        {
            return null;
        }
    }

    /// <summary>Lets the lock go and removes its file.</summary>
    public void Dispose()
    {
        File.Delete(_path);
        _file.Dispose();
    }
}
