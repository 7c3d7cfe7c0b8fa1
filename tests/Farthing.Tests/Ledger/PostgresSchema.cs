using Npgsql;

namespace Farthing.Tests.Ledger;

/// <summary>Which store a test is run on.</summary>
public enum StoreKind
{
    Sqlite,
    Postgres,
}

/// <summary>A schema of a test's own in the PostgreSQL server that <c>eng/test.sh</c> starts.</summary>
internal sealed class PostgresSchema : IDisposable
{
    public const string Variable = "FARTHING_TEST_POSTGRES";

    private static int _made;
    private readonly string _name = $"t{Environment.ProcessId}_{Interlocked.Increment(ref _made)}";

    public PostgresSchema() => Execute($"CREATE SCHEMA {_name}");

    /// <summary>The ledger's address, as the owner of the schema.</summary>
    public string Address => AddressOf(null);

    /// <summary>The server's address. Its absence is a failure: the tests of PostgreSQL must run.</summary>
    private static string Server => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } address
        ? address
        : throw new InvalidOperationException($"{Variable} is not set. Run eng/test.sh, which starts a server, or set it to Host=…;Username=…;Database=… of one.");

    /// <summary>The ledger's address for another user.</summary>
    public string AddressOf(string? user)
    {
        var settings = new NpgsqlConnectionStringBuilder(Server) { SearchPath = _name };
        settings.Username = user ?? settings.Username;
        return settings.ConnectionString;
    }

    public void Execute(string sql)
    {
        using var connection = new NpgsqlConnection(AddressOf(null) + ";Pooling=false");
        connection.Open();
        using var command = new NpgsqlCommand(sql, connection);
        command.ExecuteNonQuery();
    }

    public void Dispose() => Execute($"DROP SCHEMA {_name} CASCADE");
}
