using System.Reflection;
using Dapper;
using DbUp;
using DbUp.Sqlite.Helpers;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Farthing.Ledger.Storage;

/// <summary>Brings a file's tables up to date with DbUp, which remembers the scripts that have run.</summary>
internal static class Migrations
{
    /// <summary>"FRTH": SQLite's own place to say whose file this is.</summary>
    private const int ApplicationId = 0x46525448;

    /// <summary>A SQLite file with somebody else's tables in it is left as it is.</summary>
    public static void RefuseForeignFile(SqliteConnection connection, string path)
    {
        // One state of the file: another process may be making its tables just now.
        connection.Execute("BEGIN DEFERRED");
        var tables = connection.ExecuteScalar<long>("SELECT count(*) FROM sqlite_master");
        var owner = connection.ExecuteScalar<long>("PRAGMA application_id");
        connection.Execute("COMMIT");
        if (owner != ApplicationId && (owner != 0 || tables != 0))
        {
            throw new LedgerException(
                LedgerFault.NotALedger,
                $"{path} belongs to another program. Name another --data folder, or move the file away.");
        }
    }

    /// <summary>A file in which no script of an assembly has run is refused as well: an empty one is no backup of an empty ledger.</summary>
    /// <exception cref="LedgerException">It holds no ledger.</exception>
    public static void RefuseNoLedger(SqliteConnection connection, Assembly assembly, string path)
    {
        RefuseForeignFile(connection, path);
        if (Ran(connection, JournalOf(assembly)).Count == 0)
        {
            throw new LedgerException(
                LedgerFault.NotALedger,
                $"{path} holds no ledger: {(new FileInfo(path).Length == 0 ? "it is empty" : "Farthing's tables were never made in it")}. "
                    + "Name a file that `farthing ledger backup` made. Nothing was changed.");
        }
    }

    /// <summary>Runs what has not run yet, and then what finishes it, under the write lock, so that two processes never run one script twice.</summary>
    public static void Run(SqliteConnection connection, Assembly assembly, string path, Action finish)
    {
        connection.Execute("BEGIN IMMEDIATE");
        try
        {
            var journal = JournalOf(assembly);
            var ran = Ran(connection, journal);
            RefuseNewer(ran, assembly, path);
            if (assembly.GetManifestResourceNames().Where(IsMine).All(ran.Contains))
            {
                // As nearly always. DbUp would find the same, but not before it has read every script.
                finish();
                connection.Execute("COMMIT");
                return;
            }

            connection.Execute($"PRAGMA application_id = {ApplicationId}");
            using var shared = new SharedConnection(connection);
            var result = DeployChanges.To
                .SqliteDatabase(shared)
                .WithScriptsEmbeddedInAssembly(assembly, IsMine)
                .WithVariablesDisabled()
                .JournalToSqliteTable(journal)
                .WithoutTransaction()
                .LogToNowhere()
                .Build()
                .PerformUpgrade();
            if (!result.Successful)
            {
                throw result.Error is SqliteException error
                    ? LedgerException.From(error, path)
                    : new LedgerException(
                        LedgerFault.Invalid, $"{path}: the script {result.ErrorScript?.Name} failed: {result.Error.Message}", result.Error);
            }

            finish();
            connection.Execute("COMMIT");
        }
        catch
        {
            // Where a disk is full, SQLite may have rolled back itself.
            if (raw.sqlite3_get_autocommit(connection.Handle) == 0)
            {
                connection.Execute("ROLLBACK");
            }

            throw;
        }
    }

    /// <summary>Refuses a file in which scripts have run that an assembly lacks.</summary>
    /// <exception cref="LedgerException">It is newer.</exception>
    public static void RefuseNewer(SqliteConnection connection, Assembly assembly, string path) => RefuseNewer(Ran(connection, JournalOf(assembly)), assembly, path);

    /// <summary>The names of the scripts of an assembly, in the order in which they run.</summary>
    public static IEnumerable<string> ScriptsOf(Assembly assembly, bool isPostgres = false) => assembly.GetManifestResourceNames()
        .Where(name => isPostgres ? PostgresMigrations.IsMine(name) : IsMine(name)).Order(StringComparer.Ordinal);

    /// <summary>What a script says.</summary>
    public static string TextOf(Assembly assembly, string script)
    {
        using var text = new StreamReader(assembly.GetManifestResourceStream(script)!);
        return text.ReadToEnd();
    }

    /// <summary>The names of the scripts that are noted as run on a store of either kind; null where nothing was ever noted for the assembly.</summary>
    public static IReadOnlySet<string>? Noted(LedgerTransaction transaction, Assembly assembly)
    {
        var journal = JournalOf(assembly);
        var isThere = transaction.IsSqlite
            ? transaction.Scalar<long>("SELECT count(*) FROM sqlite_master WHERE name = @journal", new { journal }) != 0
            : transaction.Scalar<bool>("SELECT to_regclass(@journal) IS NOT NULL", new { journal });
        return isThere ? transaction.Query<string>($"SELECT ScriptName FROM {journal}").ToHashSet(StringComparer.Ordinal) : null;
    }

    /// <summary>The table of an assembly's notes.</summary>
    public static string JournalOf(Assembly assembly) => $"schema_{assembly.GetName().Name!.Replace('.', '_').ToLowerInvariant()}";

    private static bool IsMine(string name) =>
        name.EndsWith(".sql", StringComparison.Ordinal) && !name.Contains(".Postgres.", StringComparison.Ordinal);

    private static HashSet<string> Ran(SqliteConnection connection, string journal) =>
        connection.ExecuteScalar<long>("SELECT count(*) FROM sqlite_master WHERE name = @journal", new { journal }) == 0
            ? []
            : [.. connection.Query<string>($"SELECT ScriptName FROM {journal}")];

    private static void RefuseNewer(HashSet<string> ran, Assembly assembly, string path)
    {
        var newer = ran.Except(assembly.GetManifestResourceNames()).ToList();
        if (newer.Count != 0)
        {
            throw new LedgerException(
                LedgerFault.NewerVersion,
                $"{path} was written by a newer Farthing (it has {newer[0]}). Update Farthing; the file was not changed.");
        }
    }
}
