namespace Farthing.Ledger.Chain;

/// <summary>Something about a ledger that can't be as it is.</summary>
/// <param name="Link">The link of the chain that it is in; 0 where it belongs to none.</param>
/// <param name="Where">Which row, link, lease or sum.</param>
/// <param name="What">What is wrong with it, to be read after <paramref name="Where"/>.</param>
public sealed record LedgerProblem(long Link, string Where, string What)
{
    /// <summary>Whether it is a rollup, which can be made again of its entries.</summary>
    internal bool IsOfRollups { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Link > 0 ? $"link {Link}: {Where} {What}" : $"{Where} {What}";
}

/// <summary>The end of a chain, to be kept somewhere else: whoever has it can tell later that nothing before it was changed or cut off.</summary>
/// <param name="Link">The last link's number.</param>
/// <param name="Hash">Its hash, 64 hexadecimal digits.</param>
public sealed record ChainHead(long Link, string Hash)
{
    /// <summary>Reads <c>number:hash</c>; null when it is no such thing.</summary>
    public static ChainHead? Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Split(':') is [var number, { Length: 64 } hash] && long.TryParse(number, out var link) && link > 0 && hash.All(char.IsAsciiHexDigit)
            ? new ChainHead(link, hash.ToLowerInvariant())
            : null;
    }

    /// <summary><c>number:hash</c></summary>
    public override string ToString() => $"{Link}:{Hash}";
}

/// <summary>What was checked in a ledger, and what was found.</summary>
public sealed record LedgerCheck
{
    /// <summary>More problems than this are counted and not told.</summary>
    public const int MostProblems = 100;

    /// <summary>The end of the chain.</summary>
    public required ChainHead Head { get; init; }

    /// <summary>How many rows are chained.</summary>
    public required long Rows { get; init; }

    /// <summary>How many transfers were summed.</summary>
    public required long Transfers { get; init; }

    /// <summary>How many leases were held against their time and price.</summary>
    public required long Leases { get; init; }

    /// <summary>The first problems, by link: the first one is the first bad entry.</summary>
    public required IReadOnlyList<LedgerProblem> Problems { get; init; }

    /// <summary>How many problems there are.</summary>
    public required long ProblemCount { get; init; }

    /// <summary>Whether rollups, and nothing else, are not what they must be: <see cref="Rollups.LedgerRollups.Rebuild"/> mends that.</summary>
    public required bool IsMendedByRollups { get; init; }

    /// <summary>What of the store is outside the chain, and what of that was checked, for people.</summary>
    public IReadOnlyList<string> Beside { get; init; } = [];

    /// <summary>Of a ledger that can't even be read.</summary>
    internal static LedgerCheck Of(LedgerProblems problems) => new()
    {
        Head = new ChainHead(0, ""),
        Rows = 0,
        Transfers = 0,
        Leases = 0,
        Problems = problems.First,
        ProblemCount = problems.Count,
        IsMendedByRollups = false,
    };

    /// <summary>Whether nothing is wrong.</summary>
    public bool IsWhole => ProblemCount == 0;
}
