namespace Farthing.Gateway.SemanticCache.Lists;

/// <summary>Words that name the job of a request: only excused in a clause that is made of them.</summary>
internal sealed class TaskWords
{
    /// <summary>What is to be done.</summary>
    public HashSet<string> Verbs { get; } = new(StringComparer.Ordinal);

    /// <summary>Verbs that the thing itself may follow: "describe a mug".</summary>
    public HashSet<string> Describing { get; } = new(StringComparer.Ordinal);

    /// <summary>Those that are no nouns, so that the thing may follow without an article: "describe mugs".</summary>
    public HashSet<string> Plainly { get; } = new(StringComparer.Ordinal);

    /// <summary>Words that any prompt is asked to be; of another answer they state something.</summary>
    public HashSet<string> Qualities { get; } = new(StringComparer.Ordinal);

    /// <summary>What is asked for, and which answer that is: two requests for different answers differ.</summary>
    public Dictionary<string, string> Answers { get; } = new(StringComparer.Ordinal);

    /// <summary>Words for pictures.</summary>
    public HashSet<string> Pictures { get; } = new(StringComparer.Ordinal);

    /// <summary>After these the thing itself begins: "a prompt for".</summary>
    public HashSet<string> Ends { get; } = new(StringComparer.Ordinal);

    /// <summary>Where a text goes: "for a product page".</summary>
    public HashSet<string> Pages { get; } = new(StringComparer.Ordinal);

    /// <summary>All of them and what stands between.</summary>
    public HashSet<string> All { get; } = new(StringComparer.Ordinal);

    /// <summary>Those that make a clause a job's: all but the little words between.</summary>
    public HashSet<string> Telling { get; } = new(StringComparer.Ordinal);
}
