using System.Text;
using Farthing.Gateway.Translation;
using Farthing.Simulation.Scenarios;

namespace Farthing.Simulation.Answers;

/// <summary>An answer before it has a protocol's form.</summary>
/// <param name="Id">A number that no other answer of this run has.</param>
/// <param name="Text">The text, or the arguments of the call.</param>
/// <param name="Tool">The tool that is called; null for a text.</param>
/// <param name="IsCutShort">Whether the limit of tokens cut it.</param>
/// <param name="Usage">All its tokens, of every choice.</param>
internal sealed record SimulatedAnswer(long Id, string Text, string? Tool, bool IsCutShort, TokenUsage Usage)
{
    private static readonly string[] Words = ["red ", "mug ", "on a ", "plain ", "table ", "in soft ", "light ", "with a ", "clean ", "edge "];

    /// <summary>Makes the answer of a call.</summary>
    public static SimulatedAnswer Of(SimulatedCall call, Scenario scenario, long id, Random random)
    {
        (string Name, System.Text.Json.JsonElement Schema)? tool = call.Tool();
        string whole = tool is { } found ? SchemaSample.Of(found.Schema)
            : call.Schema is { } schema ? SchemaSample.Of(schema)
            : scenario.Text ?? Prose(random.Next(scenario.OutputTokens.Least, scenario.OutputTokens.Most + 1), random);
        string text = Shortened(whole, call.MaxTokens);
        int input = call.InputTokens;
        int output = TextTokens.Of(text) * call.Choices;
        int cached = (int)(input * scenario.Shares.CachedInput);
        int written = (int)(input * scenario.Shares.CacheWrite);
        int thought = (int)(output * scenario.Shares.Reasoning);
        return new SimulatedAnswer(id, text, tool?.Name, text.Length < whole.Length, new TokenUsage(input - cached - written, cached, written, output - thought, thought));
    }

    /// <summary>The text in pieces of some tokens; never within a character.</summary>
    public IEnumerable<string> Pieces(int tokens)
    {
        var piece = new StringBuilder();
        foreach (Rune rune in Text.EnumerateRunes())
        {
            piece.Append(rune.ToString());
            if (TextTokens.Of(piece.ToString()) > tokens || Encoding.UTF8.GetByteCount(piece.ToString()) == tokens * 4)
            {
                yield return piece.ToString();
                piece.Clear();
            }
        }

        if (piece.Length > 0)
        {
            yield return piece.ToString();
        }
    }

    private static string Prose(int tokens, Random random)
    {
        var text = new StringBuilder("A ");
        while (text.Length < tokens * 4)
        {
            text.Append(Words[random.Next(Words.Length)]);
        }

        text.Length = tokens * 4;
        text[^1] = '.';
        return text.ToString();
    }

    private static string Shortened(string text, int tokens)
    {
        if (TextTokens.Of(text) <= tokens)
        {
            return text;
        }

        var kept = new StringBuilder();
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (TextTokens.Of(kept.ToString() + rune) > tokens)
            {
                break;
            }

            kept.Append(rune.ToString());
        }

        return kept.ToString();
    }
}
