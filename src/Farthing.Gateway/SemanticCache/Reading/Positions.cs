namespace Farthing.Gateway.SemanticCache.Reading;

/// <summary>
/// Places in the picture that no thing gives: "on the left", "in the foreground". With two of them it depends on the order of a text what stands
/// where ("pear on the left, plum on the right").
/// </summary>
internal static class Positions
{
    private static readonly HashSet<string> Names = new(StringComparer.Ordinal)
    {
        "left", "right", "top", "bottom", "middle", "centre", "foreground", "background", "front", "back", "above", "below", "under", "rear",
    };

    private static readonly HashSet<string> Sides = new(StringComparer.Ordinal) { "side", "half", "hand", "corner", "edge", "part", "far", "upper", "lower" };

    /// <summary>Whether two different ones are named.</summary>
    public static bool AreSeveral(List<Chunk> chunks) => chunks.Where(IsOne).Select(Text).Distinct(StringComparer.Ordinal).Skip(1).Any();

    private static bool IsOne(Chunk chunk) =>
        chunk.Words.Count == 0
            ? Names.Contains(chunk.Preposition)
            : chunk.Words.Exists(static word => word.IsWord && Names.Contains(word.Text)) && chunk.Words.TrueForAll(static word => word.IsWord && (Names.Contains(word.Text) || Sides.Contains(word.Text)));

    private static string Text(Chunk chunk) => chunk.Words.Count == 0 ? chunk.Preposition : string.Join(' ', chunk.Words.Select(static word => word.Text));
}
