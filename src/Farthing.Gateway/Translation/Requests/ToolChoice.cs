namespace Farthing.Gateway.Translation.Requests;

/// <summary>OpenAI's choice of a tool.</summary>
internal static class ToolChoice
{
    /// <summary>Of a request without tools: refuses a choice that no answer could follow, as OpenAI does: one that is dropped would be answered in text.</summary>
    public static void MustNotBind(RequestNode? choice)
    {
        if (choice is { IsText: false } || choice?.Text() is not (null or "none" or "auto"))
        {
            throw choice.Refusal("is only allowed when 'tools' are specified.");
        }
    }

    /// <summary>A choice that is one word; the words are those of chat completions and of Responses.</summary>
    public static string Mode(RequestNode mode) => mode.Text() is "none" or "auto" or "required"
        ? mode.Text()
        : throw mode.Refusal($"'{mode.Text()}' is unknown; there are none, auto and required.");
}
