using Microsoft.Data.Sqlite;

namespace Farthing.Ledger.Storage;

/// <summary>What SQLite says, without what .NET puts around it: "SQLite Error 1: 'no such table: main.charges'."</summary>
internal static class SqliteWords
{
    private static readonly string[] Kinds = ["table", "column"];

    /// <summary>The words.</summary>
    public static string Of(SqliteException error) => Missing(error)
        ?? (error.Message.Split('\'', 2) is [_, var words] ? words.TrimEnd('.', '\'') : error.Message);

    /// <summary>What is not there that a statement needs; null where it is something else. SQLite calls a view a table.</summary>
    public static string? Missing(SqliteException error) => Kinds
        .Where(kind => error.Message.Contains($"no such {kind}: ", StringComparison.Ordinal))
        .Select(kind => $"the {(kind == "table" ? "table or view" : kind)} {error.Message.Split($"no such {kind}: ")[1].TrimEnd('.', '\'').Replace("main.", "", StringComparison.Ordinal)} is missing")
        .FirstOrDefault();
}
