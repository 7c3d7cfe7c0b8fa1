namespace Farthing.Diffusion.Tokenizers;

/// <summary>A tokenizer's directory can't be used; the message lists everything that is wrong with it.</summary>
public sealed class TokenizerFilesException : Exception
{
    /// <summary>Makes the exception.</summary>
    /// <param name="directory">The tokenizer's directory.</param>
    /// <param name="problems">What is wrong, each with its file and its remedy; at least one.</param>
    public TokenizerFilesException(string directory, IReadOnlyList<string> problems)
        : base($"The tokenizer in '{directory}' can't be loaded:{string.Concat(problems.Select(p => $"\n- {p}"))}")
    {
        Directory = directory;
        Problems = problems;
    }

    /// <summary>The tokenizer's directory.</summary>
    public string Directory { get; }

    /// <summary>What is wrong, each with its file and its remedy.</summary>
    public IReadOnlyList<string> Problems { get; }
}
