using Microsoft.Data.Sqlite;
using Npgsql;

namespace Farthing.Ledger.Storage;

/// <summary>Why the ledger refused, for whoever must decide what to do.</summary>
public enum LedgerFault
{
    /// <summary>Another process holds the file; try again.</summary>
    Locked,

    /// <summary>The file or its folder can't be written.</summary>
    ReadOnly,

    /// <summary>The file can't be opened or the disk is full or failing.</summary>
    Unavailable,

    /// <summary>The file is damaged, or is no SQLite file.</summary>
    Corrupt,

    /// <summary>A newer Farthing wrote the file.</summary>
    NewerVersion,

    /// <summary>It is some other program's SQLite file.</summary>
    NotALedger,

    /// <summary>A row that is never changed or removed was to be.</summary>
    AppendOnly,

    /// <summary>The database refused a statement, and not for its own state's sake: what was to be written is at fault, or somebody changed the database.</summary>
    Rejected,

    /// <summary>A permanent id was used again with other content.</summary>
    Conflict,

    /// <summary>A lease or an attempt that was named does not exist.</summary>
    Unknown,

    /// <summary>What is to be posted is not valid in itself.</summary>
    Invalid,

    /// <summary>An amount or a quantity is beyond 64 bits.</summary>
    Overflow,

    /// <summary>An entry has no exchange rate.</summary>
    NoRate,

    /// <summary>The time is in a period that is closed.</summary>
    Closed,
}

/// <summary>What happened, to which item, and what to do.</summary>
public sealed class LedgerException : Exception
{
    /// <summary>Names the fault and says it in words.</summary>
    public LedgerException(LedgerFault fault, string message, Exception? inner = null)
        : base(message, inner)
    {
        Fault = fault;
    }

    /// <summary>Which kind of fault it is.</summary>
    public LedgerFault Fault { get; }

    /// <summary>Says in words what SQLite says in codes (https://sqlite.org/rescode.html).</summary>
    internal static LedgerException From(SqliteException error, string path) => error.SqliteErrorCode switch
    {
        5 or 6 => new(LedgerFault.Locked, $"{path} is locked by another process. Wait for it to finish, or stop it.", error),
        8 => new(LedgerFault.ReadOnly, $"{path} can't be written. Check the permissions of the file and its folder.", error),
        11 => new(LedgerFault.Corrupt, $"{path} is damaged. Restore it from a backup, or try `sqlite3 {path} .recover`.", error),
        26 => new(LedgerFault.Corrupt, $"{path} is not a SQLite file. Name another --data folder, or move it away.", error),
        13 => new(LedgerFault.Unavailable, $"The disk that holds {path} is full. Nothing of the last change was kept.", error),
        14 => new(LedgerFault.Unavailable, $"{path} can't be opened. Check that its folder exists and may be written.", error),
        19 when error.Message.Contains("append-only", StringComparison.Ordinal) =>
            new(LedgerFault.AppendOnly, $"{path}: {error.Message}", error),
        1 when SqliteWords.Missing(error) is { } missing => new(LedgerFault.Corrupt, $"{path} is not as Farthing made it: {missing}. Restore it from a backup.", error),
        18 or 20 => new(LedgerFault.Rejected, $"{path} refused it: {error.Message}", error),
        19 => new(LedgerFault.Invalid, $"{path}: a row breaks a rule of the ledger: {error.Message}", error),
        _ => new(LedgerFault.Unavailable, $"{path}: {error.Message}", error),
    };

    /// <summary>Says in words what PostgreSQL says in codes (https://www.postgresql.org/docs/15/errcodes-appendix.html).</summary>
    internal static LedgerException From(NpgsqlException error, string name) => error.SqlState switch
    {
        PostgresErrorCodes.RestrictViolation when error.Message.Contains("append-only", StringComparison.Ordinal) =>
            new(LedgerFault.AppendOnly, $"{name}: {error.Message}", error),
        PostgresErrorCodes.InsufficientPrivilege =>
            new(LedgerFault.ReadOnly, $"{name}: {error.Message}. Posting needs a role that is in farthing_writer, reading one in farthing_reader.", error),
        PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure =>
            new(LedgerFault.Locked, $"{name} is held by another writer: {error.Message}. Try again; nothing was kept.", error),
        PostgresErrorCodes.DiskFull => new(LedgerFault.Unavailable, $"The disk that holds {name} is full. Nothing of the last change was kept.", error),
        ['X', 'X', ..] => new(LedgerFault.Corrupt, $"{name} is damaged: {error.Message}. Restore it from a backup.", error),
        ['2', '2' or '3', ..] => new(LedgerFault.Invalid, $"{name}: a row breaks a rule of the ledger: {error.Message}", error),
        PostgresErrorCodes.ProgramLimitExceeded =>
            new(LedgerFault.Invalid, $"{name}: a row is longer than PostgreSQL can take: {error.Message}", error),
        null => new(
            LedgerFault.Unavailable,
            $"{name} can't be reached, or went away: {error.Message} Whether the last change was kept is not known: send it again, its ids make a repeat harmless.",
            error),

        // Connections, transactions that were rolled back, resources, operators, the system itself and its settings.
        ['0', '8', ..] or ['2', '5', ..] or ['4', '0', ..] or ['5', '3' or '5' or '7' or '8', ..] or ['F', '0', ..] => new(LedgerFault.Unavailable, $"{name}: {error.Message}", error),
        _ => new(LedgerFault.Rejected, $"{name} refused it: {error.Message}", error),
    };
}
