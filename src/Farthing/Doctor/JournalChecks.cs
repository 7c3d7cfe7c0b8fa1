using Farthing.Gateway.Booking;
using Farthing.Serving;

namespace Farthing.Doctor;

/// <summary>Whether a gateway could write calls down. Nothing is kept.</summary>
internal static class JournalChecks
{
    /// <summary>Looks at the journal of a data folder.</summary>
    public static Check Run(DataFolder data)
    {
        string root = ServingJournal.RootOf(data.Path);
        if (!Path.Exists(root))
        {
            return Check.Ok("journal", $"{root}: none yet; serve makes it");
        }

        try
        {
            JournalRoot.Probe(root);
            return Check.Ok("journal", $"{root} can be written");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Check.Problem("journal", ServingJournal.Fault(root, e), ServingJournal.Mend);
        }
    }
}
