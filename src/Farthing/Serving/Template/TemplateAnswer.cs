using System.Text;
using System.Text.Json.Nodes;
using Farthing.Gateway.Wire;
using Farthing.Rendering.Captions;

namespace Farthing.Serving.Template;

/// <summary>What the template captioner answers, before it has a shape.</summary>
/// <param name="Text">The caption, or JSON with it.</param>
/// <param name="IsCutShort">Whether the limit of tokens cut it.</param>
/// <param name="Input">Tokens of the prompt.</param>
/// <param name="Output">Tokens of one answer.</param>
internal sealed record TemplateAnswer(string Text, bool IsCutShort, long Input, long Output)
{
    /// <summary>Writes it. Tokens are counted with OpenAI's o200k vocabulary: the captioner has none of its own.</summary>
    public static TemplateAnswer Of(TemplateRequest request, Caption caption)
    {
        string whole = request.WantsJson ? Json(request, caption) : caption.Full;
        string text = TokenEstimate.Cut(whole, request.MaxTokens);
        return new TemplateAnswer(text, text.Length < whole.Length, Tokens(request.Prompt), Tokens(text));
    }

    /// <summary>The text in words, for a stream.</summary>
    public IEnumerable<string> Pieces()
    {
        int from = 0;
        for (int at = Text.IndexOf(' ', StringComparison.Ordinal); at >= 0; at = Text.IndexOf(' ', at + 1))
        {
            if (at > from)
            {
                yield return Text[from..at];
                from = at;
            }
        }

        if (from < Text.Length)
        {
            yield return Text[from..];
        }
    }

    /// <summary>The fields that are asked for: one whose name speaks of the scene gets the background alone, every other one the whole caption.</summary>
    private static string Json(TemplateRequest request, Caption caption)
    {
        var json = new JsonObject();
        foreach (string field in request.Fields is { Count: > 0 } fields ? fields : ["full", "scene"])
        {
            bool isScene = field.Contains("scene", StringComparison.OrdinalIgnoreCase) || field.Contains("background", StringComparison.OrdinalIgnoreCase);
            json[field] = isScene ? caption.Scene : caption.Full;
        }

        return json.ToJsonString();
    }

    private static long Tokens(string text) => TokenEstimate.OfText(Encoding.UTF8.GetBytes(text));
}
