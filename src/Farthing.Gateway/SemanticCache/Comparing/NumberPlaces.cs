using Farthing.Gateway.SemanticCache.Reading;

namespace Farthing.Gateway.SemanticCache.Comparing;

/// <summary>Numbers that are a part of a name: "Quovara 2 reel" is another reel than "Quovara reel, 2".</summary>
internal static class NumberPlaces
{
    /// <summary>Whether each number that follows a word of its chunk follows the same one in both.</summary>
    public static bool Agree(Scene one, Scene other) => Named(one).Order(StringComparer.Ordinal).SequenceEqual(Named(other).Order(StringComparer.Ordinal));

    private static IEnumerable<string> Named(Scene scene)
    {
        foreach (Chunk chunk in scene.All)
        {
            for (int at = 1; at < chunk.Words.Count && chunk.Label is null or "product"; at++)
            {
                Token before = chunk.Words[at - 1];
                if (chunk.Words[at].Kind == TokenKind.Number && before.IsWord && before.Class == ValueClass.None)
                {
                    yield return $"{before.Text} {chunk.Words[at].Text}";
                }
            }
        }
    }
}
