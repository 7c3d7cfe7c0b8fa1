using System.Buffers.Binary;

namespace Farthing.Ledger.Storage;

/// <summary>
/// A short number that a charge's id is found by in SQLite. Ids that count on get numbers that count on, and so do those with a UUID of version 7
/// in them, as a gateway's request is: a batch touches few pages of the index. Different ids may share one: the id itself decides.
/// </summary>
internal static class ChargeKey
{
    private const ulong Offset = 14695981039346656037;
    private const ulong Prime = 1099511628211;
    private const ulong Low = 0x7FFF_FFFF;
    private const int MostDigits = 9;

    // Units of 64 ms: numbers begin anew after 17 years, which only makes them fewer.
    private const int UnitShift = 6;
    private const long Units = (1L << 33) - 1;
    private const int RestBits = 30;

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
        var low = (long)(((hash & Low) + number) & Low);
        return UnitOf(id) is { } unit ? (unit << RestBits) | (low & ((1L << RestBits) - 1)) : (long)(hash >> 48 << 31) | low;
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

    /// <summary>When a UUID of version 7 (RFC 9562) between an id's slashes was made; null where there is none.</summary>
    private static long? UnitOf(ReadOnlySpan<char> id)
    {
        foreach (var place in id.Split('/'))
        {
            var part = id[place];
            if (part.Length is 32 or 36 && Guid.TryParseExact(part, part.Length == 32 ? "N" : "D", out var uuid) && uuid.Version == 7)
            {
                Span<byte> bytes = stackalloc byte[16];
                uuid.TryWriteBytes(bytes, bigEndian: true, out _);
                return (BinaryPrimitives.ReadInt64BigEndian(bytes) >>> (16 + UnitShift)) & Units;
            }
        }

        return null;
    }
}
