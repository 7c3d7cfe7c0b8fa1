using System.Data.Common;
using Farthing.Ledger.Money;

namespace Farthing.Ledger.Posting;

/// <summary>What a charge costs, by its transfer: money that an expense was debited is a cost, money that it was credited was taken back.</summary>
internal static class SignedAmount
{
    /// <summary>The two columns that it is read from, of <c>transfers AS t</c> and <c>accounts AS d</c>, the account that was debited.</summary>
    public const string Columns = "t.amount, CASE WHEN d.name LIKE 'expense:%' THEN 1 ELSE 0 END";

    /// <summary>Reads it.</summary>
    /// <param name="row">A row in which the amount is not null.</param>
    /// <param name="place">The first of the two columns.</param>
    public static Amount Read(DbDataReader row, int place) => new(row.GetInt64(place + 1) != 0 ? row.GetInt64(place) : -row.GetInt64(place));
}
