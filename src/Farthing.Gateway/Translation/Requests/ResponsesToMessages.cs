namespace Farthing.Gateway.Translation.Requests;

/// <summary>An OpenAI Responses request as an Anthropic Messages request: by way of a chat, so that both say the same of everything.</summary>
public static class ResponsesToMessages
{
    /// <summary>On the way nothing is left out that the second translation decides on.</summary>
    private static readonly TranslationOptions OnTheWay = new() { Reasoning = ReasoningForm.Effort, GoesOnToMessages = true };

    /// <summary>Translates.</summary>
    /// <param name="body">The request, UTF-8 JSON.</param>
    /// <param name="options">What the model takes.</param>
    /// <exception cref="RequestRefusedException">It is no request, or Anthropic has no form for it.</exception>
    public static TranslatedRequest Translate(ReadOnlyMemory<byte> body, TranslationOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        (TranslatedRequest chat, ResponsesPaths paths) = RequestNode.Read(body, request => ResponsesToChat.Translate(request, OnTheWay with { Now = options.Now }));
        try
        {
            TranslatedRequest messages = ChatToMessages.Translate(chat.Body, options);
            return messages with
            {
                Answer = messages.Answer with { IncludeUsage = true, Response = chat.Answer.Response },
                Dropped = [.. chat.Dropped, .. messages.Dropped.Select(paths.Of)],
            };
        }
        catch (RequestRefusedException refusal) when (refusal.Field.Length > 0)
        {
            throw new RequestRefusedException(paths.Of(refusal.Field), refusal.Reason, refusal);
        }
    }
}
