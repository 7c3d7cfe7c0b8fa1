using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Farthing.Ledger.Chain;

/// <summary>One link of the chain: what one transaction added to the ledger.</summary>
/// <param name="Number">From 1, without gaps. The first holds what was there when the chain began.</param>
/// <param name="Contents">How many rows of which tables, such as <c>charges 20, transfers 20</c>.</param>
/// <param name="Hash">SHA-256 over the hash before, the number, the contents and the hash of each table's rows.</param>
internal sealed record ChainLink(long Number, string Contents, byte[] Hash)
{
    /// <summary>Before the first link.</summary>
    public static readonly ChainLink None = new(0, "", new byte[RowDigest.Size]);

    /// <summary>The link after this one.</summary>
    /// <param name="sections">The rows that it holds.</param>
    public ChainLink Next(IEnumerable<SectionSum> sections)
    {
        SectionSum[] order = [.. sections.OrderBy(static section => IndexOf(section.Table))];
        var contents = string.Join(", ", order.Select(static section => string.Create(CultureInfo.InvariantCulture, $"{section.Table.Name} {section.Count}")));
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> number = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(number, Number + 1);
        hash.AppendData(Hash);
        hash.AppendData(number);
        hash.AppendData(Encoding.UTF8.GetBytes(contents));
        foreach (var section in order)
        {
            hash.AppendData(section.Hash);
        }

        return new ChainLink(Number + 1, contents, hash.GetHashAndReset());
    }

    private static int IndexOf(LedgerTable table)
    {
        for (var i = 0; i < LedgerTables.All.Count; i++)
        {
            if (ReferenceEquals(LedgerTables.All[i], table))
            {
                return i;
            }
        }

        throw new ArgumentException($"The table '{table.Name}' is not chained.", nameof(table));
    }
}
