using System.Buffers;

namespace Farthing.Diffusion.Tokenizers;

/// <summary>Finds added tokens in a text: the leftmost first, the longest where several start.</summary>
internal sealed class AddedTokenFinder
{
    private readonly (string Content, int Id)[] _tokens;
    private readonly SearchValues<string> _search;

    public AddedTokenFinder(IEnumerable<(string Content, int Id)> tokens)
    {
        _tokens = [.. tokens.OrderByDescending(t => t.Content.Length)];
        _search = SearchValues.Create([.. _tokens.Select(t => t.Content)], StringComparison.Ordinal);
    }

    /// <summary>The first token in the text: where it starts, how long it is, its id.</summary>
    public bool TryFind(ReadOnlySpan<char> text, out int start, out int length, out int id)
    {
        start = _tokens.Length == 0 ? -1 : text.IndexOfAny(_search);
        if (start >= 0)
        {
            foreach (var (content, tokenId) in _tokens)
            {
                if (text[start..].StartsWith(content, StringComparison.Ordinal))
                {
                    (length, id) = (content.Length, tokenId);
                    return true;
                }
            }
        }

        (length, id) = (0, 0);
        return false;
    }
}
