using System.Globalization;

namespace Farthing.Gateway.Translation.Requests;

/// <summary>Names the fields of a Responses request that fields of its chat request came from, so that a refusal names what the client wrote.</summary>
/// <param name="messages">The path of what each message came from.</param>
internal sealed class ResponsesPaths(IReadOnlyList<string> messages)
{
    private static readonly (string Chat, string Responses)[] Fields =
    [
        ("max_completion_tokens", "max_output_tokens"), ("response_format.json_schema", "text.format"), ("response_format", "text.format"),
        ("reasoning_effort", "reasoning.effort"), ("top_logprobs", "top_logprobs"), ("logprobs", "include"), ("messages", "input"),
    ];

    /// <summary>The path in the client's request.</summary>
    public string Of(string path)
    {
        if (path.StartsWith("messages[", StringComparison.Ordinal))
        {
            return OfMessage(path);
        }

        if (path.StartsWith("tools[", StringComparison.Ordinal) || path.StartsWith("tool_choice", StringComparison.Ordinal))
        {
            return path.Replace(".function", "", StringComparison.Ordinal).Replace(".allowed_tools", "", StringComparison.Ordinal);
        }

        (string chat, string responses) = Fields.FirstOrDefault(field => path == field.Chat || path.StartsWith(field.Chat + ".", StringComparison.Ordinal));
        return chat is null ? path : responses + path[chat.Length..];
    }

    private string OfMessage(string path)
    {
        int end = path.IndexOf(']', StringComparison.Ordinal);
        if (!int.TryParse(path["messages[".Length..end], NumberStyles.None, CultureInfo.InvariantCulture, out int at) || at >= messages.Count)
        {
            return path;
        }

        // Contents have the same parts; texts and calls of a model are gathered from several items, and the first is named.
        const string Content = ".content";
        string rest = path[(end + 1)..];
        return rest.StartsWith(Content + "[", StringComparison.Ordinal)
            ? messages[at] + rest[Content.Length..].Replace(".image_url.url", ".image_url", StringComparison.Ordinal).Replace(".file.", ".", StringComparison.Ordinal)
            : messages[at];
    }
}
