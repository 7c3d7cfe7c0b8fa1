using Farthing.Ledger.Storage;

namespace Farthing.Ledger.Chain;

/// <summary>Adds one transaction's rows to the ledger and, at its end, the link that holds them.</summary>
/// <remarks>The store's write lock is held, so nobody else takes a number or a link meanwhile.</remarks>
internal sealed class ChainedRows(LedgerTransaction transaction, IRowWriter writer)
{
    // Fewer rows than this are as fast one by one.
    private const int Bulk = 8;

    private readonly Dictionary<LedgerTable, LinkSection> _sections = [];
    private readonly Dictionary<LedgerTable, long> _numbers = [];
    private readonly RowDigest _digest = new();
    private readonly ChainLink _last = ChainLinks.Last(transaction);

    /// <inheritdoc cref="LedgerTransaction.Insert(LedgerTable, object?[])"/>
    public long? Insert(LedgerTable table, object?[] values)
    {
        var row = Row(table, values);
        var number = table.IsNumbered ? LastNumber(table) + 1 : 1;
        Span<byte> digest = stackalloc byte[RowDigest.Size];
        Complete(table, row, number, digest);
        if (!writer.TryInsert(table, row))
        {
            return null;
        }

        Keep(table, number, digest);
        return number;
    }

    /// <inheritdoc cref="LedgerTransaction.Insert(LedgerTable, IReadOnlyList{object?[]}, bool)"/>
    public long?[] Insert(LedgerTable table, IReadOnlyList<object?[]> rows, bool areNew)
    {
        var numbers = new long?[rows.Count];
        if (!writer.IsFasterInBulk || rows.Count < Bulk)
        {
            for (var i = 0; i < numbers.Length; i++)
            {
                numbers[i] = Insert(table, rows[i]);
            }

            return numbers;
        }

        List<object?[]> whole = [.. rows.Select(values => Row(table, values))];
        var known = areNew ? new bool[whole.Count] : writer.Known(table, whole);
        var added = new List<object?[]>(whole.Count);
        Span<byte> digest = stackalloc byte[RowDigest.Size];
        for (var i = 0; i < numbers.Length; i++)
        {
            if (!known[i])
            {
                var number = table.IsNumbered ? LastNumber(table) + 1 : 1;
                Complete(table, whole[i], number, digest);
                Keep(table, number, digest);
                added.Add(whole[i]);
                numbers[i] = number;
            }
        }

        writer.InsertNew(table, added);
        return numbers;
    }

    /// <summary>Writes the link, if any row was added.</summary>
    public void Seal()
    {
        if (_sections.Count != 0)
        {
            ChainLinks.Write(transaction, _last.Next(_sections.Values.Select(static section => section.Sum())));
        }
    }

    private static object?[] Row(LedgerTable table, object?[] values)
    {
        var row = new object?[table.Columns.Length + 2];
        values.CopyTo(row, table.IsNumbered ? 1 : 0);
        return row;
    }

    private void Complete(LedgerTable table, object?[] row, long number, Span<byte> digest)
    {
        if (table.IsNumbered)
        {
            row[0] = number;
        }

        _digest.Hash(row.AsSpan(0, table.Columns.Length), digest);
        row[^2] = _last.Number + 1;
        row[^1] = RowDigest.Check(digest);
    }

    private void Keep(LedgerTable table, long number, ReadOnlySpan<byte> digest)
    {
        if (!_sections.TryGetValue(table, out var section))
        {
            _sections[table] = section = new LinkSection(table);
        }

        section.Add(digest);
        if (table.IsNumbered)
        {
            _numbers[table] = number;
        }
    }

    private long LastNumber(LedgerTable table) => _numbers.TryGetValue(table, out var known)
        ? known
        : _numbers[table] = transaction.Scalar<long>($"SELECT coalesce(max(seq), 0) FROM {table.Name}");
}
