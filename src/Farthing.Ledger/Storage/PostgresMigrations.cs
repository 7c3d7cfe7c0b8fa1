using System.Reflection;
using Dapper;
using DbUp;
using Npgsql;

namespace Farthing.Ledger.Storage;

/// <summary>Brings a schema's tables up to date with DbUp, which remembers the scripts that have run.</summary>
internal static class PostgresMigrations
{
    /// <summary>
    /// Runs what has not run yet, and then what finishes it, under one lock, which is the writers' own: nobody posts between the two. A process that dies between
    /// them leaves it to the next, since what is to be finished is said by the store.
    /// </summary>
    /// <param name="connection">A connection that is open and in no transaction.</param>
    /// <param name="address">What it leads to.</param>
    /// <param name="assembly">Whose scripts.</param>
    /// <param name="lockClass">The first half of the ledger's lock.</param>
    /// <param name="isFinished">Whether nothing is to be finished; asked where no script is missing.</param>
    /// <param name="finish">Finishes it.</param>
    /// <exception cref="LedgerException">The tables are newer, or older and the role may not change them.</exception>
    public static void Run(NpgsqlConnection connection, PostgresAddress address, Assembly assembly, int lockClass, Func<bool> isFinished, Action finish)
    {
        var scripts = assembly.GetManifestResourceNames().Where(IsMine).ToList();
        if (connection.PostgreSqlVersion.Major < 15)
        {
            throw new LedgerException(LedgerFault.Unavailable, $"{address} is PostgreSQL {connection.PostgreSqlVersion}; a ledger needs 15 or later.");
        }

        var schema = connection.ExecuteScalar<string?>("SELECT current_schema()")
            ?? throw new LedgerException(LedgerFault.Unavailable, $"{address} has none of the schemas of its search path. Make one: CREATE SCHEMA farthing.");
        var journal = Migrations.JournalOf(assembly);
        if (IsCurrent(connection, address, scripts, journal) && isFinished())
        {
            return;
        }

        connection.Execute($"SELECT pg_advisory_lock({lockClass}, hashtext(current_schema()))");
        try
        {
            if (!IsCurrent(connection, address, scripts, journal))
            {
                Upgrade(address, assembly, schema, journal);
            }

            finish();
        }
        finally
        {
            connection.Execute($"SELECT pg_advisory_unlock({lockClass}, hashtext(current_schema()))");
        }
    }

    /// <summary>The statement that counts the scripts of an assembly which have run.</summary>
    public static string CountOf(Assembly assembly) => $"SELECT count(*) FROM {Migrations.JournalOf(assembly)}";

    /// <summary>Whether a script is one for PostgreSQL.</summary>
    public static bool IsMine(string name) => name.EndsWith(".sql", StringComparison.Ordinal) && name.Contains(".Postgres.", StringComparison.Ordinal);

    private static void Upgrade(PostgresAddress address, Assembly assembly, string schema, string journal)
    {
        var result = DeployChanges.To
            .PostgresqlDatabase(new NpgsqlConnectionStringBuilder(address.Settings.ConnectionString) { Pooling = false }.ConnectionString)
            .WithScriptsEmbeddedInAssembly(assembly, IsMine)
            .WithVariablesDisabled()
            .JournalToPostgresqlTable(schema, journal)
            .WithTransaction()
            .LogToNowhere()
            .Build()
            .PerformUpgrade();
        if (!result.Successful)
        {
            throw result.Error is PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege }
                ? new LedgerException(
                    LedgerFault.ReadOnly,
                    $"{address} lacks the tables of this version, and the role '{address.Settings.Username}' may not make them. Run this command once as the owner.",
                    result.Error)
                : result.Error is NpgsqlException error
                    ? LedgerException.From(error, address.ToString())
                    : new LedgerException(LedgerFault.Invalid, $"{address}: the script {result.ErrorScript?.Name} failed: {result.Error.Message}", result.Error);
        }
    }

    private static bool IsCurrent(NpgsqlConnection connection, PostgresAddress address, List<string> scripts, string journal)
    {
        if (connection.ExecuteScalar<bool>("SELECT to_regclass(@journal) IS NULL", new { journal }))
        {
            return scripts.Count == 0;
        }

        var ran = connection.Query<string>($"SELECT scriptname FROM {journal}").ToList();
        return ran.Except(scripts).FirstOrDefault() is { } newer
            ? throw new LedgerException(
                LedgerFault.NewerVersion, $"{address} was written by a newer Farthing (it has {newer}). Update Farthing; nothing was changed.")
            : !scripts.Except(ran).Any();
    }
}
