using System.Reflection;
using Farthing.Ledger.Storage;

namespace Farthing.Ledger.Chain;

/// <summary>Checks what lies beside the ledger, where it is there.</summary>
internal static class AnnexCheck
{
    /// <returns>What was held against the ledger and what was not; null where the tables were never made.</returns>
    public static string? Run(LedgerTransaction transaction, ILedgerAnnex annex, LedgerProblems problems)
    {
        var journal = Migrations.JournalOf(annex.Scripts);
        var all = Migrations.ScriptsOf(annex.Scripts, !transaction.IsSqlite).ToHashSet(StringComparer.Ordinal);
        var noted = Migrations.Noted(transaction, annex.Scripts) ?? new HashSet<string>(StringComparer.Ordinal);
        if (noted.Except(all).Order(StringComparer.Ordinal).FirstOrDefault() is { } newer)
        {
            problems.Add(new LedgerProblem(0, journal, $"notes the script {newer}, which this Farthing does not have, so that nothing of its tables was checked. Check them with the version that wrote it."));
            return null;
        }

        // A note that is gone must not keep anybody from looking at tables that are there.
        var ran = all.IsSubsetOf(noted) || !IsMadeBeyond(transaction, annex.Scripts, all, noted) ? noted : all;
        foreach (var script in ran.Except(noted).Order(StringComparer.Ordinal))
        {
            problems.Add(new LedgerProblem(0, journal, $"has no note of the script {script}, but what it makes is there: the note was taken away, and Farthing would run the script again. Restore a backup from before that."));
        }

        if (ran.Count == 0)
        {
            return null;
        }

        AppendOnlyCheck.Run(transaction, annex.Scripts, ran, problems);
        if (ran.Count < all.Count)
        {
            // Only who uses the tables brings them up to date: a check changes nothing.
            return $"Not checked, since an older version made them: the tables of {annex.Scripts.GetName().Name}.";
        }

        annex.Check(transaction, (where, what) => problems.Add(new LedgerProblem(0, where, what)));
        return annex.Scope;
    }

    /// <summary>Whether a table is there that only scripts make which are not noted.</summary>
    private static bool IsMadeBeyond(LedgerTransaction transaction, Assembly assembly, HashSet<string> all, IReadOnlySet<string> noted)
    {
        if (transaction.IsSqlite)
        {
            // With holes in what is noted, the scripts behind them have nothing to change.
            var (whole, there) = (SqliteObject.MadeBy(assembly, all), SqliteObject.Of(transaction));
            var first = all.Order(StringComparer.Ordinal).TakeWhile(noted.Contains).ToHashSet(StringComparer.Ordinal);
            var part = SqliteObject.MadeBy(assembly, first);
            return whole.Values.Any(each => each.Type == "table" && part.GetValueOrDefault(each.Name) != each && there.GetValueOrDefault(each.Name) == each);
        }

        var beyond = PostgresMade.Of(all.Except(noted).Order(StringComparer.Ordinal).Select(script => Migrations.TextOf(assembly, script)));
        return transaction.Scalar<long>(
            """
            SELECT count(*) FROM pg_class AS t
            WHERE t.relnamespace = current_schema()::regnamespace AND t.relkind IN ('r', 'p') AND (t.relname = ANY (@tables)
                OR EXISTS (SELECT 1 FROM pg_attribute AS a WHERE a.attrelid = t.oid AND NOT a.attisdropped AND t.relname || '.' || a.attname = ANY (@columns)))
            """,
            new { tables = beyond.Tables.ToArray(), columns = beyond.Columns.ToArray() }) != 0;
    }
}
