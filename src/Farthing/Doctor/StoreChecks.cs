using Farthing.Ledger.Chain;
using Farthing.Ledger.Posting;
using Farthing.Ledger.Prices;
using Farthing.Ledger.Storage;
using Farthing.Terminal;

namespace Farthing.Doctor;

/// <summary>The data folder, the ledger in it, and the space that is left.</summary>
internal static class StoreChecks
{
    private const long LittleSpace = 1_000_000_000;
    private const long NoSpace = 50_000_000;

    /// <summary>Looks at a data folder, which is made where it is missing, as a render would.</summary>
    /// <param name="data">The folder.</param>
    /// <param name="maker">What makes a ledger that is not there yet.</param>
    public static IEnumerable<Check> Run(DataFolder data, string maker = "the first render")
    {
        Check folder = Folder(data);
        yield return folder;
        if (folder.Level == CheckLevel.Problem)
        {
            yield break;
        }

        foreach (Check check in data.IsFile ? Ledger(data, maker) : [])
        {
            yield return check;
        }

        yield return Space(data);
    }

    private static Check Folder(DataFolder data)
    {
        string probe = Path.Combine(data.Path, ".doctor");
        try
        {
            File.WriteAllBytes(Path.Combine(data.Ensure().Path, ".doctor"), [1]);
            File.Delete(probe);
            return Check.Ok("data folder", data.Path);
        }
        catch (DataFolderException e)
        {
            return Check.Problem("data folder", e.Message, "Give a folder that can be made.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Check.Problem("data folder", $"{data.Path} can't be written: {e.Message}", $"Change its permissions, name another with --data, or set {Places.DataVariable}.");
        }
    }

    private static IReadOnlyList<Check> Ledger(DataFolder data, string maker)
    {
        if (Directory.Exists(data.LedgerPath))
        {
            return [Check.Problem("ledger", $"{data.LedgerPath} is a folder, where the ledger's file should be.", "Move it away, or name another folder with --data.")];
        }

        try
        {
            if (!File.Exists(data.LedgerPath))
            {
                SqliteFile.RefuseCutOff(data.LedgerPath);
                return [Check.Ok("ledger", $"none yet; {maker} makes it")];
            }

            using LedgerStore file = SqliteFile.Open(data.LedgerPath, busySeconds: 5);
            file.RefuseReadOnly();

            // No price is needed to look at leases, and none is recorded.
            using Journal journal = Journal.Open(file, PriceBook.Parse("prices: []"));
            return [Check.Ok("ledger", $"{data.LedgerPath}, {Bytes.Text(new FileInfo(data.LedgerPath).Length)}"), Guards(file), Leases(file, journal)];
        }
        catch (LedgerException e)
        {
            return [Check.Problem("ledger", e.Message, "Mend the file as it says, or name another folder with --data.")];
        }
    }

    private static Check Guards(LedgerStore file) => LedgerVerifier.Unguarded(file) is [var first, ..] missing
        ? Check.Problem("append-only", $"{Counted.Of(missing.Count, "thing")} that the ledger is made of {(missing.Count == 1 ? "is" : "are")} not as Farthing made {(missing.Count == 1 ? "it" : "them")}: {first}", "See all of them with `farthing ledger verify`.")
        : Check.Ok("append-only", "the store refuses to change or remove rows");

    private static Check Leases(LedgerStore file, Journal journal) => file.Read(transaction =>
    {
        LeaseBalance[] leases = [.. transaction
            .Query<string>("SELECT id FROM leases ORDER BY id")
            .Select(id => journal.Leases.Reconcile(transaction, id))];
        LeaseBalance[] wrong = [.. leases.Where(static lease => lease is { IsSettled: true, IsBalanced: false })];
        int open = leases.Count(static lease => !lease.IsSettled);
        return wrong.Length > 0
            ? Check.Problem(
                "leases",
                $"{wrong.Length} of {leases.Length} do not reconcile, the first is {wrong[0].LeaseId}: {wrong[0].Unexplained} unexplained, {wrong[0].Posted} posted of {wrong[0].Expected}",
                "The ledger was changed from outside. Restore it from a backup.")
            : open > 0
                ? Check.Warning("leases", $"{open} of {leases.Length} are open", "A render is running, or one died; the next render of its run settles it.")
                : Check.Ok("leases", $"{leases.Length} of {leases.Length} reconcile to the microsecond and to the last unit of money");
    });

    private static Check Space(DataFolder data)
    {
        try
        {
            long free = new DriveInfo(data.Path).AvailableFreeSpace;
            string found = $"{Bytes.Text(free)} free for the data folder";
            return free < NoSpace ? Check.Problem("disk", found, "Free some space.")
                : free < LittleSpace ? Check.Warning("disk", found, "Free some space before a large campaign.")
                : Check.Ok("disk", found);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return Check.Warning("disk", $"The free space is unknown: {e.Message}", "Look at it by hand before a large campaign.");
        }
    }
}
