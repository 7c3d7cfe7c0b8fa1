namespace Farthing.Diffusion.Sessions;

/// <summary>A model directory can't be run; <see cref="Problems"/> lists everything that is missing or odd in it.</summary>
public sealed class ModelDirectoryException : Exception
{
    /// <summary>One message for all problems of one directory.</summary>
    /// <param name="directory">The directory that was asked for.</param>
    /// <param name="problems">At least one sentence, each naming a file and what to do.</param>
    public ModelDirectoryException(string directory, IReadOnlyList<string> problems)
        : base($"The model in '{directory}' can't be run:{string.Concat(problems.Select(p => $"{Environment.NewLine}  - {p}"))}")
    {
        Directory = directory;
        Problems = problems;
    }

    /// <summary>The directory that was asked for.</summary>
    public string Directory { get; }

    /// <summary>One sentence a problem.</summary>
    public IReadOnlyList<string> Problems { get; }
}
