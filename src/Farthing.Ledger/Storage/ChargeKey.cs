namespace Farthing.Ledger.Storage;

/// <summary>
/// A short number that a charge's id is found by in SQLite. Ids that count on get numbers that count on, so that a batch touches few pages
/// of the index. Different ids may share one: the id itself decides.
/// </summary>
internal static class ChargeKey
{
    private const ulong Offset = 14695981039346656037;
    private const ulong Prime = 1099511628211;
    private const ulong Low = 0x7FFF_FFFF;
    private const int MostDigits = 9;

    /// <summary>The key of an id that is kept as it is.</summary>
    public static long Of(ReadOnlySpan<char> id)
    {
        var end = id.Length;
        while (end > 0 && id.Length - end < MostDigits && char.IsAsciiDigit(id[end - 1]))
        {
            end--;
        }

        var number = 0UL;
        foreach (var digit in id[end..])
        {
            number = (number * 10) + (ulong)(digit - '0');
        }

        // FNV-1a over what is before the number, then mixed, since a short text leaves its high bits alone.
        var hash = Offset;
        foreach (var each in id[..end])
        {
            hash = (hash ^ each) * Prime;
        }

        hash = (hash ^ (hash >> 32)) * Prime;
        return (long)(((hash >> 48) << 31) | (((hash & Low) + number) & Low));
    }

    /// <summary>The key of all ids that begin with a run and a render, whose charges keep none; null for an id of another form.</summary>
    public static long? OfRender(ReadOnlySpan<char> id)
    {
        // Run, render, attempt, stage and batch are five parts; an id of fewer can be none of these.
        if (id.Count('/') < 4)
        {
            return null;
        }

        var first = id.IndexOf('/');
        var second = first < 0 ? -1 : id[(first + 1)..].IndexOf('/');
        return second < 0 ? null : Of(id[..(first + 1 + second)]);
    }
}
