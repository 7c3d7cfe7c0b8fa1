using Microsoft.Data.Sqlite;

namespace Farthing.Ledger.Storage;

/// <summary>Sets a SQLite ledger aside for a backup that takes its place, so that nothing of it is lost.</summary>
internal static class SqliteAside
{
    // https://sqlite.org/rescode.html
    private const int Busy = 5, Locked = 6, Damaged = 11, NotADatabase = 26;

    /// <summary>Where a backup is copied to before it takes the ledger's place.</summary>
    public static string PartOf(string ledger) => ledger + ".part";

    /// <summary>
    /// Refuses to begin a new ledger where a restore was cut off between setting the old one aside and putting the backup in its place.
    /// </summary>
    /// <exception cref="LedgerException">It was.</exception>
    public static void RefuseCutOff(string ledger)
    {
        if (!File.Exists(ledger) && File.Exists(PartOf(ledger)))
        {
            throw new LedgerException(
                LedgerFault.Unavailable,
                $"A restore of {ledger} was cut off. Run `farthing ledger restore FILE` again, or put the ledger from before ({ledger}.before-restore-N, the last, with what lies beside it under "
                    + $"that name) back and remove {PartOf(ledger)}. Nothing was changed.");
        }
    }

    /// <summary>
    /// Only a file that nobody has open can leave the write-ahead log. What can't be read any more is set aside with its log, which may hold rows that the file lacks.
    /// </summary>
    public static string Take(string ledger)
    {
        try
        {
            using var connection = SqliteBackup.Open(ledger, SqliteOpenMode.ReadWrite);
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA journal_mode = DELETE";
            command.ExecuteScalar();
        }
        catch (SqliteException error) when (error.SqliteErrorCode is Busy or Locked)
        {
            throw new LedgerException(LedgerFault.Locked, $"{ledger} is in use. Stop what uses it, then restore again.", error);
        }
        catch (SqliteException error) when (error.SqliteErrorCode is not (Damaged or NotADatabase))
        {
            // A disk that is full or failing says nothing about the ledger, which stays where it is.
            throw LedgerException.From(error, ledger);
        }
        catch (SqliteException)
        {
            // A ledger that is damaged is what a backup is for.
        }

        for (var i = 1; ; i++)
        {
            var aside = $"{ledger}.before-restore-{i}";
            if (!File.Exists(aside))
            {
                Move(ledger, aside);
                DurableFiles.FlushFolderOf(ledger);
                return aside;
            }
        }
    }

    /// <summary>Moves a file with its write-ahead log, which SQLite finds by the file's name.</summary>
    public static void Move(string from, string to)
    {
        File.Move(from, to);
        foreach (var beside in (string[])["-wal", "-shm"])
        {
            if (File.Exists(from + beside))
            {
                File.Move(from + beside, to + beside);
            }
        }
    }
}
