using Farthing.Ledger.Chain;

namespace Farthing.Ledger.Storage;

/// <summary>Moves the charges of a file from before they were kept compactly. The chain sees the same rows as before.</summary>
internal static class SqliteCompaction
{
    private const string Before = "charges_before";

    /// <summary>Does so where script 0031 has left the old table.</summary>
    public static void Ensure(LedgerTransaction transaction, SqliteCharges charges)
    {
        if (transaction.Scalar<long>($"SELECT count(*) FROM sqlite_master WHERE name = '{Before}'") == 0)
        {
            return;
        }

        using (var command = transaction.CreateCommand())
        {
            var table = LedgerTables.Charges;
            command.CommandTimeout = 0;
            command.CommandText = $"SELECT {table.AllNames} FROM {Before} ORDER BY seq";
            using var row = command.ExecuteReader();
            while (row.Read())
            {
                var values = new object?[table.Columns.Length + 2];
                for (var i = 0; i < values.Length; i++)
                {
                    values[i] = row.IsDBNull(i) ? null : i >= table.Columns.Length || table.IsNumber(i) ? row.GetInt64(i) : row.GetString(i);
                }

                charges.Add(values, isRemembered: false);
            }
        }

        transaction.Execute($"DROP TABLE {Before}");
        transaction.Execute(
            """
            CREATE TRIGGER charge_rows_refuse_unchained BEFORE INSERT ON charge_rows WHEN NEW.chk IS NULL
            BEGIN SELECT RAISE(ABORT, 'charges is append-only and chained: rows come through Farthing alone'); END
            """);
    }
}
