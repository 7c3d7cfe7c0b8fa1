using Farthing.Ledger.Chain;
using Npgsql;
using NpgsqlTypes;

namespace Farthing.Ledger.Storage;

/// <summary>
/// Inserts rows one by one, or many by COPY after asking which are there: nobody else writes while the ledger's lock is held. The ids of
/// charges are in a table of their own, since they are unique over all months.
/// </summary>
/// <param name="connection">The connection.</param>
/// <param name="transaction">Its transaction.</param>
/// <param name="months">Months that are known to have their partitions, over all transactions of a store.</param>
internal sealed class PostgresRows(NpgsqlConnection connection, NpgsqlTransaction transaction, HashSet<(int Year, int Month)> months) : IRowWriter
{
    private const int IdPlace = 1;
    private const int AtPlace = 2;

    private readonly HashSet<(int Year, int Month)> _added = [];

    public bool IsFasterInBulk => true;

    public bool TryInsert(LedgerTable table, object?[] row)
    {
        if (table != LedgerTables.Charges)
        {
            return Insert(table.Name, table.AllNames, row, $"ON CONFLICT ({string.Join(", ", table.Key)}) DO NOTHING");
        }

        if (!Insert("charge_keys", "id, seq", [row[IdPlace], row[0]], "ON CONFLICT (id) DO NOTHING"))
        {
            return false;
        }

        EnsureMonth((long)row[AtPlace]!);
        return Insert(table.Name, table.AllNames, row, "");
    }

    public bool[] Known(LedgerTable table, IReadOnlyList<object?[]> rows)
    {
        var known = new bool[rows.Count];
        var names = table.Key.Select(static (_, i) => $"k{i}").ToArray();
        using var command = new NpgsqlCommand(
            $"SELECT u.place FROM unnest({string.Join(", ", names.Select(static (_, i) => $"${i + 1}"))}) WITH ORDINALITY AS u({string.Join(", ", names)}, place) "
                + $"JOIN {(table == LedgerTables.Charges ? "charge_keys" : table.Name)} AS t ON {string.Join(" AND ", table.Key.Zip(names, static (key, name) => $"t.{key} = u.{name}"))}",
            connection,
            transaction);
        foreach (var place in table.KeyPlaces)
        {
            command.Parameters.Add(table.IsNumber(place)
                ? new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint, Value = rows.Select(row => (long)row[place]!).ToArray() }
                : new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text, Value = rows.Select(row => (string)row[place]!).ToArray() });
        }

        using (var row = command.ExecuteReader())
        {
            while (row.Read())
            {
                known[row.GetInt64(0) - 1] = true;
            }
        }

        // Of rows of one key only the first is new.
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < known.Length; i++)
        {
            known[i] |= !seen.Add(table.KeyPlaces is [var only] && rows[i][only] is string key ? key : string.Join('\0', table.KeyPlaces.Select(place => rows[i][place])));
        }

        return known;
    }

    public void InsertNew(LedgerTable table, IReadOnlyList<object?[]> rows)
    {
        if (table == LedgerTables.Charges)
        {
            foreach (var row in rows)
            {
                EnsureMonth((long)row[AtPlace]!);
            }

            Copy("charge_keys", "id, seq", rows, static row => [row[IdPlace], row[0]]);
        }

        Copy(table.Name, table.AllNames, rows, static row => row);
    }

    public int Run(PreparedSql sql, ReadOnlySpan<object?> values)
    {
        using var command = Command(sql.Text, values);
        return command.ExecuteNonQuery();
    }

    public object?[]? First(PreparedSql sql, ReadOnlySpan<object?> values)
    {
        using var command = Command(sql.Text, values);
        using var row = command.ExecuteReader();
        return row.Read() ? [.. Enumerable.Range(0, row.FieldCount).Select(i => row.IsDBNull(i) ? null : row.GetValue(i))] : null;
    }

    /// <summary>The transaction is committed: its months stay.</summary>
    public void Keep() => months.UnionWith(_added);

    private void Copy(string table, string columns, IReadOnlyList<object?[]> rows, Func<object?[], object?[]> values)
    {
        using var copy = connection.BeginBinaryImport($"COPY {table} ({columns}) FROM STDIN (FORMAT BINARY)");
        foreach (var row in rows)
        {
            copy.StartRow();
            foreach (var value in values(row))
            {
                switch (value)
                {
                    case null:
                        copy.WriteNull();
                        break;
                    case long number:
                        copy.Write(number, NpgsqlDbType.Bigint);
                        break;
                    case string text:
                        copy.Write(text, NpgsqlDbType.Text);
                        break;
                }
            }
        }

        copy.Complete();
    }

    private bool Insert(string table, string columns, object?[] row, string conflict)
    {
        using var command = Command($"INSERT INTO {table} ({columns}) VALUES ({string.Join(", ", row.Select(static (_, i) => $"${i + 1}"))}) {conflict}", row);
        return command.ExecuteNonQuery() == 1;
    }

    private NpgsqlCommand Command(string sql, ReadOnlySpan<object?> values)
    {
        var command = new NpgsqlCommand(sql, connection, transaction);
        foreach (var value in values)
        {
            // A null has no type of its own; the column gives it one.
            command.Parameters.Add(value switch
            {
                long number => new NpgsqlParameter<long> { TypedValue = number },
                string text => new NpgsqlParameter<string> { TypedValue = text },
                _ => new NpgsqlParameter { Value = DBNull.Value },
            });
        }

        return command;
    }

    private void EnsureMonth(long at)
    {
        var instant = DateTimeOffset.UnixEpoch.AddTicks(at * TimeSpan.TicksPerMicrosecond);
        var month = (instant.Year, instant.Month);
        if (!months.Contains(month) && _added.Add(month))
        {
            using var command = new NpgsqlCommand("SELECT ensure_month($1)", connection, transaction) { Parameters = { new NpgsqlParameter<long> { TypedValue = at } } };
            command.ExecuteNonQuery();
        }
    }
}
