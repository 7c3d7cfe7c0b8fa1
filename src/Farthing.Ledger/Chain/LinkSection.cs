using System.Security.Cryptography;

namespace Farthing.Ledger.Chain;

/// <summary>What a link keeps of one table's rows.</summary>
internal sealed record SectionSum(LedgerTable Table, int Count, byte[] Hash);

/// <summary>The rows of one table in one link. Their order does not matter: the digests are sorted before they are hashed together.</summary>
internal sealed class LinkSection(LedgerTable table)
{
    private byte[] _digests = new byte[16 * RowDigest.Size];

    public int Count { get; private set; }

    public void Add(ReadOnlySpan<byte> digest)
    {
        if (_digests.Length < (Count + 1) * RowDigest.Size)
        {
            Array.Resize(ref _digests, _digests.Length * 2);
        }

        digest.CopyTo(_digests.AsSpan(Count * RowDigest.Size));
        Count++;
    }

    /// <summary>Hashes all digests in their order.</summary>
    public SectionSum Sum()
    {
        var places = new int[Count];
        for (var i = 0; i < places.Length; i++)
        {
            places[i] = i * RowDigest.Size;
        }

        Array.Sort(places, (left, right) => _digests.AsSpan(left, RowDigest.Size).SequenceCompareTo(_digests.AsSpan(right, RowDigest.Size)));
        using var whole = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var place in places)
        {
            whole.AppendData(_digests, place, RowDigest.Size);
        }

        return new SectionSum(table, Count, whole.GetHashAndReset());
    }
}
