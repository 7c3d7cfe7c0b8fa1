using Farthing.Ledger.Storage;

namespace Farthing.Ledger.Rollups;

/// <summary>The numbers of sets of tags, given once and for ever. What one transaction learns ends with it.</summary>
internal sealed class TagNumbers(LedgerTransaction transaction)
{
    private const int MostKnown = 10_000;

    private static readonly PreparedSql Find = new("SELECT seq FROM tag_sets WHERE tags = $1");
    private static readonly PreparedSql Add = new("INSERT INTO tag_sets (tags) VALUES ($1) RETURNING seq");

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

        return _known[tags] = (long)(transaction.First(Find, tags) ?? transaction.First(Add, tags)!)[0]!;
    }
}
