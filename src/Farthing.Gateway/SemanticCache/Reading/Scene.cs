namespace Farthing.Gateway.SemanticCache.Reading;

/// <summary>What a text states, as far as it is understood: a thing, what is said of it, and what it stands to.</summary>
/// <param name="Thing">The chunk of the thing itself; null where the text has none.</param>
/// <param name="Bare">The other chunks without a preposition.</param>
/// <param name="Phrases">The chunks with one.</param>
internal sealed record Scene(Chunk? Thing, List<Chunk> Bare, List<Chunk> Phrases)
{
    /// <summary>Every chunk but the thing's.</summary>
    public IEnumerable<Chunk> Said => Bare.Concat(Phrases);

    /// <summary>Every chunk, the thing's last.</summary>
    public IEnumerable<Chunk> All => Thing is null ? Said : Said.Append(Thing);

    /// <summary>Whether it depends on a comma what a colour belongs to.</summary>
    public bool HasLooseColour { get; init; }

    /// <summary>Whether it says what comes first and what after it, so that nothing may change places.</summary>
    public bool IsOrdered { get; init; }
}
