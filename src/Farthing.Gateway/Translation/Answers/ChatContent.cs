using System.Text;
using System.Text.Json;

namespace Farthing.Gateway.Translation.Answers;

/// <summary>What a chat's message, or a delta of one, says and what it thought. Mistral's reasoning models write both as one list of parts.</summary>
/// <param name="Text">What it says; null where nothing does.</param>
/// <param name="Thought">What it thought; null where that is not told.</param>
internal readonly record struct ChatContent(string? Text, string? Thought)
{
    /// <summary>Reads it.</summary>
    public static ChatContent Of(JsonElement message)
    {
        JsonElement content = message.Field("content");
        string? thought = message.TextField("reasoning_content") ?? message.TextField("reasoning");
        return content.ValueKind == JsonValueKind.Array ? OfParts(content, thought) : new ChatContent(content.AsText(), thought);
    }

    // https://docs.mistral.ai/capabilities/reasoning
    private static ChatContent OfParts(JsonElement parts, string? beside)
    {
        var text = new StringBuilder();
        var thought = new StringBuilder(beside);
        foreach (JsonElement part in parts.EnumerateArray())
        {
            if (part.TextField("type") == "thinking")
            {
                JsonElement thinking = part.Field("thinking");
                thought.Append(thinking.AsText());
                foreach (JsonElement piece in thinking.Items())
                {
                    thought.Append(piece.TextField("text"));
                }
            }
            else
            {
                text.Append(part.TextField("text"));
            }
        }

        return new ChatContent(text.Length > 0 ? text.ToString() : null, thought.Length > 0 ? thought.ToString() : null);
    }
}
