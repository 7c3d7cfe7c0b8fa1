using System.Text.Json;

namespace Farthing.Gateway.Translation;

/// <summary>
/// What an OpenAI model thought before a call of a tool or a text, which nobody but OpenAI can read. A response is not kept there, so it travels with
/// the client as sealed thinking, and is sent back in front of what it was thought for: OpenAI refuses it in another place.
/// </summary>
/// <remarks>https://platform.openai.com/docs/guides/reasoning#encrypted-reasoning-items</remarks>
internal static class SealedReasoning
{
    /// <summary>The word for it in a request's <c>include</c>.</summary>
    public const string Included = "reasoning.encrypted_content";

    private const string Kind = "reasoning_item";

    /// <summary>Whether a block of thinking was sealed here, so that Anthropic would refuse it.</summary>
    public static bool IsSealed(JsonElement block) =>
        block.TextField("type") == "redacted_thinking" && block.TextField("data")?.StartsWith(SealedThinking.Mark, StringComparison.Ordinal) == true;

    /// <summary>Writes a reasoning item as a block of a chat's <c>thinking_blocks</c>.</summary>
    /// <param name="json">Where to.</param>
    /// <param name="item">The item, which has its <c>encrypted_content</c>.</param>
    /// <param name="before">The id of the call that it was thought for; empty for a text.</param>
    public static void Write(Utf8JsonWriter json, JsonElement item, string before)
    {
        json.WriteStartObject();
        json.WriteString("type", "redacted_thinking");
        json.WriteString("data", SealedThinking.Seal(JsonForms.Write(block =>
        {
            block.WriteStartArray();
            block.WriteStartObject();
            block.WriteString("type", Kind);
            block.WriteString("id", item.TextField("id"));
            block.WriteString("encrypted_content", item.TextField("encrypted_content"));
            block.WriteString("before", before);
            block.WriteEndObject();
            block.WriteEndArray();
        })));
        json.WriteEndObject();
    }

    /// <summary>The items in a chat's <c>thinking_blocks</c> that were thought for a call; for a text with an empty id.</summary>
    public static IEnumerable<JsonElement> Before(string id, JsonElement blocks) => blocks.Items()
        .Where(IsSealed)
        .SelectMany(static block => (SealedThinking.Open(block.TextField("data")) ?? default).Items())
        .Where(item => item.TextField("type") == Kind && item.TextField("before") == id && item.TextField("encrypted_content") is not null);

    /// <summary>Writes one of these as an item of a request.</summary>
    public static void WriteItem(Utf8JsonWriter json, JsonElement item)
    {
        json.WriteStartObject();
        json.WriteString("type", "reasoning");
        if (item.TextField("id") is { } id)
        {
            json.WriteString("id", id);
        }

        json.WriteStartArray("summary");
        json.WriteEndArray();
        json.WriteString("encrypted_content", item.TextField("encrypted_content"));
        json.WriteEndObject();
    }
}
