using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Farthing.Gateway.Booking;
using Farthing.Ledger.Chain;
using Farthing.Ledger.Rollups;
using Farthing.Ledger.Storage;

namespace Farthing.Commands;

/// <summary><c>farthing ledger</c></summary>
internal static class LedgerCommand
{
    private static readonly Argument<string> Backup = new("file") { HelpName = "FILE", Description = "The copy to make; it must not be there yet." };
    private static readonly Argument<string> Restored = new("file") { HelpName = "FILE", Description = "A copy that `farthing ledger backup` made." };

    private static readonly Option<string?> Anchor = new("--anchor")
    {
        HelpName = "NUMBER:HASH",
        Description = "The end of the chain that an earlier verify or backup printed; it must still be in the chain.",
    };

    private static readonly AttemptAudit Gateway = new();

    /// <summary>Declares the command.</summary>
    public static Command Create(Host host)
    {
        var verify = new Command("verify", "Recomputes the chain of hashes, all sums and all leases, and says what is not as it was posted.")
        {
            Anchor, SharedOptions.Data,
        };
        verify.Validators.Add(CheckAnchor);
        verify.SetAction(line => Verify(host, line.CommandResult));
        var rebuild = new Command("rebuild-rollups", "Makes the sums that reports read again of the entries, where verify found nothing else wrong.") { Anchor, SharedOptions.Data };
        rebuild.Validators.Add(CheckAnchor);
        rebuild.SetAction(line => Rebuild(host, line.CommandResult));
        var backup = new Command("backup", "Copies the SQLite ledger while it is used, and verifies the copy.") { Backup, SharedOptions.Data };
        backup.SetAction(line => Copy(host, line.CommandResult));
        var restore = new Command("restore", "Verifies a backup and puts it in the place of the ledger, which is kept beside it.") { Restored, SharedOptions.Data };
        restore.SetAction(line => Restore(host, line.CommandResult));
        return new Command("ledger", "Verifies, backs up and restores the ledger.") { verify, rebuild, backup, restore };
    }

    private static void CheckAnchor(CommandResult line)
    {
        if (new OptionReader(line).Text(Anchor) is { } text && ChainHead.Parse(text) is null)
        {
            line.AddError("--anchor is a link's number, a colon and 64 hexadecimal digits, as verify prints them.");
        }
    }

    private static ChainHead? AnchorOf(SymbolResult line) => line.GetValue(Anchor) is { } text ? ChainHead.Parse(text) : null;

    private static int Verify(Host host, SymbolResult line)
    {
        DataFolder folder = Folder(host, line);
        try
        {
            return Verify(host, line, folder);
        }
        catch (LedgerException error) when (error.Fault == LedgerFault.Corrupt)
        {
            // It can't even be opened for it, which is what was to be found out.
            host.Screen.Write(error.Message);
            return ExitCodes.LedgerBroken;
        }
    }

    private static int Verify(Host host, SymbolResult line, DataFolder folder)
    {
        using LedgerStore store = folder.OpenExistingLedger();
        return LedgerCheckView.Print(host.Screen, LedgerVerifier.Verify(store, AnchorOf(line), Gateway), store.Name);
    }

    private static int Rebuild(Host host, SymbolResult line)
    {
        using LedgerStore store = Folder(host, line).OpenExistingLedger();
        var (before, after) = LedgerRollups.Rebuild(store, AnchorOf(line), Gateway);
        if (after is not null)
        {
            host.Screen.Write(string.Create(CultureInfo.InvariantCulture, $"All rollups were made again; {before.ProblemCount:N0} were not the sums of their entries."));
        }

        return LedgerCheckView.Print(host.Screen, after ?? before, store.Name);
    }

    private static int Copy(Host host, SymbolResult line)
    {
        DataFolder folder = FileOf(host, line);
        using (folder.OpenExistingLedger())
        {
            // Opening says in words what is wrong with the file, if anything is.
        }

        string path = host.Places.Full(line.GetValue(Backup)!);
        return Print(host, SqliteBackup.Copy(folder.LedgerPath, path, Gateway), path, folder.LedgerPath);
    }

    private static int Restore(Host host, SymbolResult line)
    {
        string backup = host.Places.Full(line.GetValue(Restored)!);
        if (!File.Exists(backup))
        {
            throw new UsageException($"There is no file '{backup}'.");
        }

        DataFolder folder = FileOf(host, line).Ensure();
        var (check, before) = SqliteBackup.Restore(backup, folder.LedgerPath, Gateway);
        int status = Print(host, check, folder.LedgerPath, backup);
        if (before is not null)
        {
            host.Screen.Write($"The ledger from before is kept as {before}.");
        }

        return status;
    }

    // Of a copy that is not whole nothing was made, and what it was to be a copy of is what is broken.
    private static int Print(Host host, LedgerCheck check, string made, string source) => LedgerCheckView.Print(host.Screen, check, check.IsWhole ? made : source);

    private static DataFolder Folder(Host host, SymbolResult line) => host.Places.Folder(line.GetValue(SharedOptions.Data));

    private static DataFolder FileOf(Host host, SymbolResult line) => Folder(host, line) is { IsFile: true } folder
        ? folder
        : throw new UsageException($"{Places.LedgerVariable} names a PostgreSQL ledger. Back it up and restore it with pg_dump and pg_restore, then run `farthing ledger verify`.");
}
