namespace Farthing.Serving;

/// <summary>Where a server's calls go on when their sockets have something for them.</summary>
internal static class SocketThreads
{
    // https://github.com/dotnet/runtime/blob/main/src/libraries/System.Net.Sockets/src/System/Net/Sockets/SocketAsyncEngine.Unix.cs reads it once.
    private const string InlineCompletions = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";

    /// <summary>
    /// Lets calls go on on the thread that learns of the data, of which there is one a core, in place of waking one of the pool: passing a call on
    /// is little work, and a change of threads costs as much. What may take long or wait goes to the pool by itself. Before the first socket; a
    /// variable that is set already stays.
    /// </summary>
    public static void GoOnInline()
    {
        if (Environment.GetEnvironmentVariable(InlineCompletions) is null)
        {
            Environment.SetEnvironmentVariable(InlineCompletions, "1");
        }
    }
}
