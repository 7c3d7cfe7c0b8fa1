using System.Globalization;
using Farthing.Ledger.Storage;

namespace Farthing.Ledger.Chain;

/// <summary>Reads the rows of one table as the chain does, link by link.</summary>
internal sealed class TableScan(LedgerTransaction transaction, LedgerTable table)
{
    private readonly RowDigest _digest = new();

    /// <summary>Hashes every link's rows.</summary>
    /// <param name="problems">Takes rows that are not what they were.</param>
    /// <returns>The links that hold rows of this table.</returns>
    public IEnumerable<(long Link, SectionSum Sum)> Sections(Action<LedgerProblem> problems)
    {
        using var command = transaction.CreateCommand();

        // A number grows with the link, so that the largest tables need no sorting.
        command.CommandText = $"SELECT {table.AllNames} FROM {table.Name} ORDER BY {(table.IsNumbered ? "seq" : "link")}";
        using var row = command.ExecuteReader();
        var values = new object?[table.Columns.Length];
        var digest = new byte[RowDigest.Size];
        LinkSection? section = null;
        var (link, number) = (0L, 0L);
        while (row.Read())
        {
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = row.IsDBNull(i) ? null : table.IsNumber(i) ? row.GetInt64(i) : row.GetString(i);
            }

            _digest.Hash(values, digest);
            var holder = row.GetInt64(values.Length);
            if (table.IsNumbered)
            {
                CheckNumber((long)values[0]!, ref number, holder, problems);
            }

            if (!row.IsDBNull(values.Length + 1) && row.GetInt64(values.Length + 1) != RowDigest.Check(digest))
            {
                problems(new LedgerProblem(holder, NameOf(values), "was changed after it was posted, or was never posted through Farthing."));
            }

            if (holder < link)
            {
                problems(new LedgerProblem(holder, NameOf(values), $"says that it is of link {holder}, but comes after rows of link {link}."));
                continue;
            }

            if (holder != link && section is not null)
            {
                yield return (link, section.Sum());
                section = null;
            }

            link = holder;
            section ??= new LinkSection(table);
            section.Add(digest);
        }

        if (section is not null)
        {
            yield return (link, section.Sum());
        }
    }

    private void CheckNumber(long found, ref long last, long link, Action<LedgerProblem> problems)
    {
        if (found != last + 1)
        {
            var missing = found == last + 2 ? $"{last + 1}" : $"{last + 1} to {found - 1}";
            problems(new LedgerProblem(link, $"{table.Name} {missing}", "is missing."));
        }

        last = found;
    }

    private string NameOf(object?[] values)
    {
        var key = string.Join(", ", table.KeyPlaces.Select(place => string.Create(CultureInfo.InvariantCulture, $"{values[place]}")));
        return table.IsNumbered ? $"{table.Name} {values[0]} ('{key}')" : $"{table.Name} '{key}'";
    }
}
