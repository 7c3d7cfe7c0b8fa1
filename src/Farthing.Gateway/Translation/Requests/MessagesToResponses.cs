namespace Farthing.Gateway.Translation.Requests;

/// <summary>An Anthropic Messages request as an OpenAI Responses request: by way of a chat, so that both say the same of everything.</summary>
public static class MessagesToResponses
{
    /// <summary>Translates.</summary>
    /// <param name="body">The request, UTF-8 JSON.</param>
    /// <param name="options">What the model takes.</param>
    /// <exception cref="RequestRefusedException">It is no request, or OpenAI has no form for it.</exception>
    public static TranslatedRequest Translate(ReadOnlyMemory<byte> body, TranslationOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        TranslatedRequest chat = MessagesToChat.Translate(body, options with { GoesOnToResponses = true });
        try
        {
            TranslatedRequest responses = ChatToResponses.Translate(chat.Body, options);
            return responses with { Answer = responses.Answer with { IncludeUsage = true }, Dropped = [.. chat.Dropped, .. responses.Dropped] };
        }
        catch (RequestRefusedException refusal) when (refusal.Field == "stop")
        {
            throw new RequestRefusedException("stop_sequences", refusal.Reason, refusal);
        }
    }
}
