using System.Data.Common;
using Farthing.Ledger.Money;
using Farthing.Ledger.Storage;

namespace Farthing.Ledger.Posting;

/// <summary>What a charge costs, by its transfer: money that an expense was debited is a cost, money that it was credited was taken back.</summary>
internal static class SignedAmount
{
    /// <summary>The two columns that it is read from, of <c>transfers AS t</c> and <c>accounts AS d</c>, the account that was debited.</summary>
    public const string Columns = "t.amount, CASE WHEN d.name LIKE 'expense:%' THEN 1 ELSE 0 END";

    /// <summary>Reads it.</summary>
    /// <param name="row">A row in which the amount is not null.</param>
    /// <param name="place">The first of the two columns.</param>
    public static Amount Read(DbDataReader row, int place) => Of(row.GetInt64(place), row.GetInt64(place + 1) != 0);

    /// <summary>The accounts whose debit is a cost, for a query that reads many rows and joins no account to each.</summary>
    public static HashSet<long> Expenses(LedgerTransaction transaction) => [.. transaction.Query<long>("SELECT seq FROM accounts WHERE name LIKE 'expense:%'")];

    /// <summary>The amount of a transfer.</summary>
    /// <param name="units">What was moved.</param>
    /// <param name="isCost">Whether an expense was debited.</param>
    public static Amount Of(long units, bool isCost) => new(isCost ? units : -units);
}
