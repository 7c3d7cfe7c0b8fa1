using System.Collections.Immutable;

namespace Farthing.Diffusion.Schedulers;

/// <summary>A scheduler's configuration can't be used; every problem found is named at once.</summary>
public sealed class SchedulerConfigException : Exception
{
    internal SchedulerConfigException(string source, IEnumerable<string> problems, Exception? inner = null)
        : this(source, [.. problems], inner)
    {
    }

    private SchedulerConfigException(string source, ImmutableArray<string> problems, Exception? inner)
        : base($"{source}: {string.Join("; ", problems)}", inner) => Problems = problems;

    /// <summary>One sentence for each problem.</summary>
    public ImmutableArray<string> Problems { get; }
}
