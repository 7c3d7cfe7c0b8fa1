using Farthing.Ledger.Storage;

namespace Farthing.Ledger.Chain;

/// <summary>SQLite's own count of the rows of a table, which only the notes of which scripts have run use: another number than their last would keep the next script from being noted.</summary>
internal static class SequenceCheck
{
    private const string Sequence = "sqlite_sequence";

    public static void Run(LedgerTransaction transaction, LedgerProblems problems)
    {
        var counted = transaction.Query<(string Name, string? Last)>($"SELECT name, CAST(seq AS TEXT) FROM {Sequence}").ToList();
        var journals = transaction.Query<string>("SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'schema\\_farthing\\_%' ESCAPE '\\'").ToList();
        foreach (var journal in journals)
        {
            var last = transaction.Scalar<string>($"SELECT CAST(max(SchemaVersionID) AS TEXT) FROM \"{journal}\"");
            var rows = counted.Where(each => each.Name == journal).ToList();
            if (last is not null && (rows is not [var only] || only.Last != last))
            {
                problems.Add(new LedgerProblem(0, Sequence, $"says {(rows.Count == 0 ? "nothing" : string.Join(" and ", rows.Select(static row => row.Last)))} of {journal}, whose last row is {last}. Set it to that."));
            }
        }

        foreach (var (name, _) in counted.Where(each => !journals.Contains(each.Name)))
        {
            problems.Add(new LedgerProblem(0, Sequence, $"counts the rows of {name}, which is no table that is counted so. Take that row away."));
        }
    }
}
