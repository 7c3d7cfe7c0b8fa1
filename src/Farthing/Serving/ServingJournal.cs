using Farthing.Gateway.Booking;
using Farthing.Gateway.Configuration;

namespace Farthing.Serving;

/// <summary>Where a gateway writes calls down before they are in the ledger: a folder in the data folder.</summary>
internal static class ServingJournal
{
    /// <summary>What to do where it can't be used.</summary>
    public const string Mend = "Make room there or change its permissions, or name another folder with --data.";

    private const string FolderName = "gateway-journal";

    /// <summary>The folder of all processes' journals.</summary>
    public static string RootOf(string data) => Path.Combine(data, FolderName);

    /// <summary>Posts what processes that died left there, and opens this one's.</summary>
    /// <param name="recovery">Posts.</param>
    /// <param name="root">The folder.</param>
    /// <param name="id">What no other process has.</param>
    /// <param name="options">How safe a line is.</param>
    /// <exception cref="DataFolderException">The folder can't be written, or has no room.</exception>
    public static AttemptJournal Open(JournalRecovery recovery, string root, string id, JournalOptions options)
    {
        try
        {
            recovery.Recover(root);
            return AttemptJournal.Open(root, JournalRoot.Session(root, id), options);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataFolderException($"{Fault(root, e)} {Mend}", e);
        }
    }

    /// <summary>Why it can't be used.</summary>
    public static string Fault(string root, Exception error) => $"Calls can't be written down in '{root}': {error.Message.TrimEnd('.')}.";
}
