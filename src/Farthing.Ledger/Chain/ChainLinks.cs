using Farthing.Ledger.Storage;

namespace Farthing.Ledger.Chain;

/// <summary>The table of links.</summary>
internal static class ChainLinks
{
    /// <summary>The last link; <see cref="ChainLink.None"/> where none was written.</summary>
    public static ChainLink Last(LedgerTransaction transaction) => Read(transaction, "DESC LIMIT 1").SingleOrDefault(ChainLink.None);

    /// <summary>All links in their order.</summary>
    public static IEnumerable<ChainLink> All(LedgerTransaction transaction) => Read(transaction, "");

    /// <summary>Adds a link.</summary>
    public static void Write(LedgerTransaction transaction, ChainLink link)
    {
        using var command = transaction.CreateCommand();
        command.CommandText = "INSERT INTO links (number, contents, hash) VALUES (@number, @contents, @hash)";
        command.Add("@number", link.Number);
        command.Add("@contents", link.Contents);
        command.Add("@hash", link.Hash);
        command.ExecuteNonQuery();
    }

    private static IEnumerable<ChainLink> Read(LedgerTransaction transaction, string order)
    {
        using var command = transaction.CreateCommand();
        command.CommandText = $"SELECT number, contents, hash FROM links ORDER BY number {order}";
        using var row = command.ExecuteReader();
        while (row.Read())
        {
            yield return new ChainLink(row.GetInt64(0), row.GetString(1), (byte[])row[2]);
        }
    }
}
