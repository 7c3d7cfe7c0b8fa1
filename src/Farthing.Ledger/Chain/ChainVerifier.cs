using Farthing.Ledger.Storage;

namespace Farthing.Ledger.Chain;

/// <summary>Hashes every row again and holds the links against it.</summary>
internal static class ChainVerifier
{
    // Each is looked for among all that is left.
    private const int MostNamed = 20;

    /// <summary>Steps: 1. hash the rows of each table, link by link, 2. hash the links, 3. look for rows of no link, 4. name what links lack, 5. look for the anchor.</summary>
    /// <returns>The end of the chain and the number of rows.</returns>
    public static (ChainHead Head, long Rows) Verify(LedgerTransaction transaction, ChainHead? anchor, LedgerProblems problems)
    {
        var sections = new Dictionary<long, List<SectionSum>>();
        var rows = 0L;
        foreach (var table in LedgerTables.All)
        {
            foreach (var (link, sum) in new TableScan(transaction, table).Sections(problems.Add))
            {
                rows += sum.Count;
                if (!sections.TryGetValue(link, out var sums))
                {
                    sections[link] = sums = [];
                }

                sums.Add(sum);
            }
        }

        var lacking = new List<(long Link, string Said, string Found)>();
        var last = ChainLink.None;
        var isAnchored = anchor is null;
        foreach (var link in ChainLinks.All(transaction))
        {
            if (link.Number != last.Number + 1)
            {
                problems.Add(new LedgerProblem(last.Number + 1, $"link {last.Number + 1}", $"and all up to {link.Number - 1} are missing."));
            }

            if (Compare(link, last, sections.Remove(link.Number, out var sums) ? sums : [], problems) is { } found)
            {
                lacking.Add((link.Number, link.Contents, found));
            }

            isAnchored |= anchor is not null && link.Number == anchor.Link && Convert.ToHexStringLower(link.Hash) == anchor.Hash;
            last = link;
        }

        foreach (var (link, said, found) in lacking.Take(MostNamed))
        {
            MissingRows.Name(transaction, link, said, found, problems);
        }

        foreach (var (link, sums) in sections)
        {
            problems.Add(new LedgerProblem(
                link, $"link {link}", $"is missing, but {string.Join(", ", sums.Select(static sum => $"{sum.Count} of {sum.Table.Name}"))} say that they are of it."));
        }

        if (!isAnchored)
        {
            problems.Add(new LedgerProblem(anchor!.Link, $"link {anchor.Link}", $"is not the one that was seen before ({anchor.Hash}): the chain was rewritten or cut off."));
        }

        return (new ChainHead(last.Number, Convert.ToHexStringLower(last.Hash)), rows);
    }

    /// <returns>What the ledger has of the link, where that is not as much as it says.</returns>
    private static string? Compare(ChainLink link, ChainLink last, List<SectionSum> sums, LedgerProblems problems)
    {
        var again = (last with { Number = link.Number - 1 }).Next(sums);
        if (again.Contents != link.Contents)
        {
            problems.Add(new LedgerProblem(
                link.Number,
                $"link {link.Number}",
                $"holds {Rows(link.Contents)}, but the ledger has {Rows(again.Contents)} of it: rows are missing, doubled or added."));
            return again.Contents;
        }

        if (!again.Hash.AsSpan().SequenceEqual(link.Hash))
        {
            problems.Add(new LedgerProblem(link.Number, $"link {link.Number}", $"does not hash to what it holds ({Rows(link.Contents)}): one of these rows, or the link before, was changed."));
        }

        return null;
    }

    private static string Rows(string contents) => contents.Length == 0 ? "no rows" : contents;
}
