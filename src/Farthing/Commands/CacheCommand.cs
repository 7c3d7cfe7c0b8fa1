using System.CommandLine;

namespace Farthing.Commands;

/// <summary><c>farthing cache</c>: tune and learn.</summary>
internal static class CacheCommand
{
    /// <summary>Declares the command.</summary>
    public static Command Create(Host host) =>
        new("cache", "Tunes the semantic cache.") { CacheTuneCommand.Create(host), CacheLearnCommand.Create(host) };
}
