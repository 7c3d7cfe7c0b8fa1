using Farthing.Gateway.SemanticCache.Lists;

namespace Farthing.Gateway.SemanticCache.Reading;

/// <summary>
/// Says of each chunk which thing of the text it belongs to: in "a dog with a hat, a cat with a scarf" the scarf is the cat's.
/// A chunk that only says how the picture is taken ("side view") is no thing, nor is one of values or of measures.
/// </summary>
internal sealed class ChunkHolders(GuardLists lists)
{
    public List<Chunk> Read(List<Chunk> chunks)
    {
        var things = new Dictionary<string, int>(StringComparer.Ordinal);
        string? holder = null;
        for (int at = 0; at < chunks.Count; at++)
        {
            Chunk chunk = chunks[at];
            if (chunk.IsPhrase)
            {
                string? near = chunk.IsJoined && at > 0 ? chunks[at - 1].Near : chunk.IsAttached && at > 0 ? Near(chunks[at - 1]) : null;
                chunks[at] = chunk with { Holder = chunk.IsAttached ? holder : null, Near = near };
            }
            else if (IsThing(chunk))
            {
                // Two red mugs are two things: the second has a number.
                string name = Head(chunk.Words);
                int count = things.GetValueOrDefault(name) + 1;
                things[name] = count;
                holder = count == 1 ? name : $"{name} {count}";
            }
        }

        return chunks;
    }

    /// <summary>What a chunk says and whether it denies it: "suitable for stages, not suitable for schools".</summary>
    private static string Near(Chunk chunk) => (chunk.IsNegated ? "not " : "") + string.Join(' ', chunk.Words.Select(static word => word.Text));

    /// <summary>The last word of a chunk that is no value and no number.</summary>
    private static string Head(List<Token> words) => words[words.FindLastIndex(static word => word.IsWord && word.Class == ValueClass.None)].Text;

    private bool IsThing(Chunk chunk) =>
        chunk.Label is null or "product" && chunk.Words.Exists(static word => word.IsWord && word.Class == ValueClass.None)
        && lists.Labels.Match(ahead => ahead == 0 ? Head(chunk.Words) : null, out string group) is var used && !(used > 0 && group is "light" or "camera" or "style" or "scene");
}
