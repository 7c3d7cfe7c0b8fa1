using Farthing.Diffusion.Quantization.Ranges;

namespace Farthing.Diffusion.Quantization;

/// <summary>
/// Where a model directory is made: <c>NAME.partial/model</c> beside its final place. Only a finished directory gets the final
/// name, by one rename, so a half-written one is never taken for a model. The ranges collected so far lie in <c>NAME.partial</c>,
/// from which an interrupted run goes on. One process at a time, by a lock that the kernel lets go when the process ends.
/// </summary>
internal sealed class PartialDirectory : IDisposable
{
    private readonly string _target;
    private readonly bool _replace;
    private readonly FileStream _lock;

    private PartialDirectory(string target, bool replace, FileStream hold) =>
        (_target, _replace, _lock) = (target, replace, hold);

    /// <summary>The folder of the unfinished run.</summary>
    public string Work => _target + ".partial";

    /// <summary>Where the ranges so far are.</summary>
    public string Ranges => Path.Combine(Work, RangesFile.FileName);

    /// <summary>The directory that will be renamed.</summary>
    public string Model => Path.Combine(Work, "model");

    /// <summary>Takes the place, and clears away what an interrupted run left there of the model.</summary>
    /// <param name="target">The final directory.</param>
    /// <param name="replace">Whether one that is there is replaced.</param>
    /// <exception cref="QuantizationException">It is taken, or can't be written.</exception>
    public static PartialDirectory Take(string target, bool replace)
    {
        target = Path.TrimEndingDirectorySeparator(Path.GetFullPath(target));
        RefuseTaken(target, replace);
        return Guard(target, () =>
        {
            string work = target + ".partial";
            Directory.CreateDirectory(work);
            var partial = new PartialDirectory(target, replace, Lock(Path.Combine(work, ".lock"), target));
            if (Directory.Exists(partial.Model))
            {
                Directory.Delete(partial.Model, recursive: true);
            }

            Directory.CreateDirectory(partial.Model);
            return partial;
        });
    }

    /// <summary>Does something with files of the output, and says plainly what went wrong with them.</summary>
    public static T Guard<T>(string target, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new QuantizationException($"'{target}' can't be written: {Reason(e)}", QuantizationFault.Output);
        }
    }

    /// <summary>Gives the finished directory its name, and removes the rest.</summary>
    public void Publish()
    {
        string old = _target + ".replaced";
        if (Directory.Exists(old))
        {
            Directory.Delete(old, recursive: true);
        }

        // Between these two renames the name is free for an instant; a kill there leaves the old directory under '.replaced'.
        bool replaces = _replace && Directory.Exists(_target);
        if (replaces)
        {
            Directory.Move(_target, old);
        }

        try
        {
            Directory.Move(Model, _target);
        }
        catch (IOException) when (replaces)
        {
            Directory.Move(old, _target);
            throw;
        }

        if (replaces)
        {
            Directory.Delete(old, recursive: true);
        }

        _lock.Dispose();
        Directory.Delete(Work, recursive: true);
    }

    public void Dispose() => _lock.Dispose();

    private static void RefuseTaken(string target, bool replace)
    {
        if (File.Exists(target))
        {
            throw new QuantizationException($"'{target}' is a file. Name a directory that is not there yet.", QuantizationFault.Output);
        }

        if (!replace && Directory.Exists(target))
        {
            throw new QuantizationException(
                $"'{target}' is there already. Name another directory, or write --force to replace it.", QuantizationFault.Output);
        }

        if (replace && Directory.Exists(target) && Directory.EnumerateFileSystemEntries(target).Any()
            && !File.Exists(Path.Combine(target, QuantizationManifest.FileName)))
        {
            throw new QuantizationException(
                $"'{target}' holds something else than a model that was made here (it has no {QuantizationManifest.FileName}), so it is not replaced. Name another directory.",
                QuantizationFault.Output);
        }
    }

    private static FileStream Lock(string path, string target)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException) when (File.Exists(path))
        {
            throw new QuantizationException(
                $"Another process is making '{target}'. Wait for it, or name another directory.", QuantizationFault.InUse);
        }
    }

    private static string Reason(Exception error)
    {
        const int noSpace = 28, readOnly = 30, quota = 122, diskFullWindows = unchecked((int)0x80070070);
        return error switch
        {
            UnauthorizedAccessException => "its folder may not be written. Change the permissions, or name another directory.",
            { HResult: noSpace or diskFullWindows } => "the disk is full. Free some space and run the same again; the ranges collected so far are kept.",
            { HResult: quota } => "the disk quota is used up. Free some space and run the same again; the ranges collected so far are kept.",
            { HResult: readOnly } => "the disk is read-only. Name another directory.",
            _ => error.Message,
        };
    }
}
