using Farthing.Ledger.Storage;

namespace Farthing.Ledger.Rollups;

/// <summary>The numbers of sets of tags, given once and for ever. What one transaction learns ends with it.</summary>
internal sealed class TagNumbers(LedgerTransaction transaction)
{
    private const int MostKnown = 10_000;

    private readonly Dictionary<string, long> _known = new(StringComparer.Ordinal);

    /// <summary>The number of a set, given now where it has none.</summary>
    public long Of(string tags)
    {
        if (_known.TryGetValue(tags, out var number))
        {
            return number;
        }

        if (_known.Count == MostKnown)
        {
            _known.Clear();
        }

        return _known[tags] = transaction.Scalar<long?>("SELECT seq FROM tag_sets WHERE tags = @tags", new { tags })
            ?? transaction.Scalar<long>("INSERT INTO tag_sets (tags) VALUES (@tags) RETURNING seq", new { tags });
    }
}
