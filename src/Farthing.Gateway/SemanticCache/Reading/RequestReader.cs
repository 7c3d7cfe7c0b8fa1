using Farthing.Gateway.SemanticCache.Guarding;
using Farthing.Gateway.SemanticCache.Lists;

namespace Farthing.Gateway.SemanticCache.Reading;

/// <summary>Reads a text for the guard.</summary>
/// <remarks>
/// Steps: 0. what is printed, 1. tokens, 2. spelling, abbreviations, slips, 3. the answer's language, 4. courtesies, 5. the job's clause,
/// 6. courtesies that it hid, 7. synonyms, 8. measures and facts of their own, 9. known values, 10. chunks, 11. the scene.
/// </remarks>
internal sealed class RequestReader(GuardLists lists)
{
    /// <summary>A longer text is not compared.</summary>
    public const int MaxCharacters = 8_000;

    private readonly PrintedText _printed = new(lists);
    private readonly WordReader _words = new(lists);
    private readonly CourtesyReader _courtesies = new(lists);
    private readonly TaskFrame _frame = new(lists);
    private readonly PhraseReader _phrases = new(lists);
    private readonly Measures _measures = new(lists);
    private readonly Makers _makers = new(lists);
    private readonly ChunkHolders _holders = new(lists);
    private readonly Func<string, bool> _isUnit = word => lists.FindUnit(word) is not null;

    public GuardText Read(string text, EmbeddedText embedded)
    {
        if (text.Length > MaxCharacters)
        {
            return new GuardText(text, embedded) { IsTooLong = true };
        }

        string open = _printed.Take(text, out List<string> printed);
        List<Token> words = Bounds.Read(Approximations.Read(_words.Read(TextScanner.Scan(open, _isUnit, printed)), lists.Task));
        List<Token> tokens = LanguageReader.Read(_courtesies.Read(words));
        tokens = Openings.Read(_courtesies.Read(tokens), lists.Task);
        var strange = new List<Token>();
        string answer = _frame.Take(tokens, strange);
        tokens = _courtesies.Read(tokens);
        string said = Speech.Read(tokens);
        tokens = FactForms.Read(_measures.Read(_phrases.ReadSynonyms(Relatives.ReadHaving(tokens))));
        tokens = Relatives.ReadWhose(_phrases.ReadValues(tokens));
        var reader = new ChunkReader(lists);
        List<Chunk> chunks = _holders.Read(_makers.Read(reader.Read(tokens)));
        Scene scene = SceneReader.Read(chunks);
        return new GuardText(text, embedded)
        {
            Answer = answer,
            Forms = WrittenForms.Read(open),
            Ties = Ties.Read(tokens, lists),
            Said = said,
            Strange = _measures.Read(strange),
            Scene = scene with { IsOrdered = scene.IsOrdered || reader.NamesMore || HasParagraphs(text) || Positions.AreSeveral(chunks) || HasTags(tokens) || HasLanguages(tokens) },
            Sequence = string.Join(' ', chunks.Select(static chunk => chunk.Preposition + '>' + string.Join(' ', chunk.Words.Select(static word => word.Text)))).Replace(" >", " ", StringComparison.Ordinal).TrimStart('>'),
        };
    }

    /// <summary>Of two languages each is something's: "the title in Dutch, the text in German".</summary>
    private static bool HasLanguages(List<Token> tokens) =>
        tokens.Count(static token => token.Kind == TokenKind.Language || (token.IsWord && FunctionWords.Languages.Contains(token.Text))) > 1;

    /// <summary>Whether something is marked by tags, or struck out: what stands between them is said in another way than the rest.</summary>
    private static bool HasTags(List<Token> tokens) => tokens.Exists(static token => token.IsMarkOf("<") || token.Is(TextScanner.Struck));

    /// <summary>Whether an empty line parts it: what stands in one paragraph is not said of another's thing.</summary>
    private static bool HasParagraphs(string text)
    {
        int line = text.IndexOf('\n', StringComparison.Ordinal);
        while (line >= 0)
        {
            int next = text.IndexOf('\n', line + 1);
            if (next > 0 && text.AsSpan(line, next - line).IsWhiteSpace() && !text.AsSpan(next).IsWhiteSpace() && !text.AsSpan(0, line).IsWhiteSpace())
            {
                return true;
            }

            line = next;
        }

        return false;
    }
}
