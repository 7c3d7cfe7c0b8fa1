namespace Farthing.Ledger.Chain;

/// <summary>
/// Holds the tables, views, indices and triggers of a SQLite ledger against those that the scripts make: a view that was replaced shows other rows than were posted, a trigger that was
/// added changes what is, and one that is gone lets anybody.
/// </summary>
internal static class SqliteSchemaCheck
{
    private const string Restore = "Restore a backup from before that";

    /// <param name="there">What the store has.</param>
    /// <param name="wanted">What it must have.</param>
    /// <param name="problems">Takes what differs.</param>
    public static void Run(IReadOnlyDictionary<string, SqliteObject> there, IReadOnlyDictionary<string, SqliteObject> wanted, LedgerProblems problems)
    {
        foreach (var each in wanted.Values)
        {
            if (there.GetValueOrDefault(each.Name) != each)
            {
                problems.Add(Problem(each, there.ContainsKey(each.Name) ? "is another one than Farthing made" : "is missing"));
            }
        }

        // Tables and views of somebody's own may lie beside the ledger; what hangs on its tables may not.
        var tables = wanted.Values.Select(static each => each.Table).ToHashSet(StringComparer.Ordinal);
        foreach (var each in there.Values.Where(each => each.Type is "trigger" or "index" && tables.Contains(each.Table) && !wanted.ContainsKey(each.Name)))
        {
            problems.Add(new LedgerProblem(0, Name(each), $"was not made by Farthing{(each.IsTrigger ? ", and may change what is written there" : "")}. Take it away: DROP {each.Type.ToUpperInvariant()} {each.Name}. It is: {each.Sql}"));
        }
    }

    private static string Name(SqliteObject each) => $"the {each.Type} {each.Name}{(each.Type is "trigger" or "index" ? $" of {each.Table}" : "")}";

    private static LedgerProblem Problem(SqliteObject each, string what) => new(
        0,
        Name(each),
        each.IsTrigger ? $"{what}, so that rows there can be changed, removed or added by anyone. {Restore}, or make it again: {each.Sql}"
            : each.Type == "table" ? $"{what}. {Restore}."
            : $"{what}{(each.Type == "view" ? ", so that what it shows need not be what was posted" : "")}. {Restore}, or make it again: {each.Sql}");
}
