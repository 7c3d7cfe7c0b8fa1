using Farthing.Ledger.Storage;

namespace Farthing.Ledger.Chain;

/// <summary>
/// Every group of lines sums to zero. A transfer is two lines of one amount, so it does when both accounts are there, differ, and the
/// amount is none below zero; and it stands for a charge. The balances of all accounts are summed besides.
/// </summary>
internal static class TransferCheck
{
    /// <returns>How many transfers there are.</returns>
    public static long Run(LedgerTransaction transaction, LedgerProblems problems)
    {
        using var command = transaction.CreateCommand();
        command.CommandText =
            """
            SELECT t.charge_seq, t.debit, t.credit, t.amount, t.link, d.name, c.name, h.stage, h.resource
            FROM transfers AS t
            LEFT JOIN accounts AS d ON d.seq = t.debit
            LEFT JOIN accounts AS c ON c.seq = t.credit
            LEFT JOIN charges AS h ON h.seq = t.charge_seq
            """;
        var transfers = 0L;
        var balances = new Dictionary<long, Int128>();
        using var row = command.ExecuteReader();
        while (row.Read())
        {
            transfers++;
            var (debit, credit, amount) = (row.GetInt64(1), row.GetInt64(2), row.GetInt64(3));
            balances[debit] = balances.GetValueOrDefault(debit) + amount;
            balances[credit] = balances.GetValueOrDefault(credit) - amount;
            string[] sides = [row.IsDBNull(5) ? "" : row.GetString(5), row.IsDBNull(6) ? "" : row.GetString(6)];
            Array.Sort(sides, StringComparer.Ordinal);
            var fault = row.IsDBNull(7) ? "has no charge."
                : amount < 0 ? "has an amount below 0."
                : sides[0] == "" ? "has an account that is not there."
                : sides[0] != "accrued:" + row.GetString(8) || sides[1] != "expense:" + row.GetString(7)
                    ? $"moves money between {sides[0]} and {sides[1]}, but its charge is of {row.GetString(8)} for {row.GetString(7)}."
                : null;
            if (fault is not null)
            {
                problems.Add(new LedgerProblem(row.GetInt64(4), $"transfer {row.GetInt64(0)}", fault));
            }
        }

        var sum = balances.Values.Aggregate(Int128.Zero, static (total, balance) => total + balance);
        if (sum != 0)
        {
            problems.Add(new LedgerProblem(0, "All accounts together", $"come to {sum} units and not to zero."));
        }

        return transfers;
    }
}
