namespace Farthing.Gateway.Translation.Requests;

/// <summary>OpenAI's choice of a tool where a request has no tools, which Anthropic's protocol can't say.</summary>
internal static class ToolChoice
{
    /// <summary>Refuses a choice that no answer could follow, as OpenAI does: one that is dropped would be answered in text.</summary>
    public static void MustNotBind(RequestNode? choice)
    {
        if (choice is { IsText: false } || choice?.Text() is not (null or "none" or "auto"))
        {
            throw choice.Refusal("is only allowed when 'tools' are specified.");
        }
    }
}
