using Farthing.Gateway.Calls;
using Farthing.Gateway.Providers;
using Farthing.Gateway.Translation;
using Farthing.Gateway.Translation.Answers;
using Farthing.Gateway.Translation.Errors;
using Farthing.Gateway.Translation.Requests;
using Farthing.Gateway.Translation.Streams;
using Farthing.Gateway.Wire;

namespace Farthing.Gateway.Bridging;

/// <summary>
/// Carries calls between OpenAI's chat completions, Anthropic's messages and OpenAI's responses, from each to each. Responses are called last: for
/// models, and servers, that are served by nothing else.
/// </summary>
public sealed class TranslationBridge : IShapeBridge
{
    private readonly TimeProvider _time;

    private TranslationBridge(WireShape client, WireShape provider, TimeProvider time) => (Client, Provider, _time) = (client, provider, time);

    /// <inheritdoc/>
    public WireShape Client { get; }

    /// <inheritdoc/>
    public WireShape Provider { get; }

    /// <summary>Every way.</summary>
    /// <param name="time">The clock.</param>
    public static ShapeBridges All(TimeProvider time) => new(
    [
        new TranslationBridge(WireShape.Chat, WireShape.Messages, time),
        new TranslationBridge(WireShape.Messages, WireShape.Chat, time),
        new TranslationBridge(WireShape.Responses, WireShape.Chat, time),
        new TranslationBridge(WireShape.Responses, WireShape.Messages, time),
        new TranslationBridge(WireShape.Chat, WireShape.Responses, time),
        new TranslationBridge(WireShape.Messages, WireShape.Responses, time),
    ]);

    /// <inheritdoc/>
    public IBridgedAttempt Begin(RequestOutline request, string model, ProviderRow provider)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(provider);
        var options = TranslationOptions.For(model, _time.GetUtcNow()) with { MaxTokensField = provider.MaxTokensField, TakesThinkingBack = provider.TakesThinkingBack };
        var asksForUsage = provider.StreamUsage == StreamUsage.WhenAsked;
        try
        {
            // The outline's own body still names fallbacks, which no provider knows.
            ReadOnlyMemory<byte> own = request.For(model, askForUsage: false);
            return (Client, Provider) switch
            {
                (WireShape.Chat, WireShape.Responses) => ChatToOpenAi(ChatToResponses.Translate(own, options)),
                (WireShape.Messages, WireShape.Responses) => MessagesToOpenAi(MessagesToResponses.Translate(own, options)),
                (WireShape.Chat, _) => ChatToAnthropic(ChatToMessages.Translate(own, options)),
                (WireShape.Messages, _) => MessagesToOpenAi(MessagesToChat.Translate(own, options), asksForUsage),
                (_, WireShape.Chat) => ResponsesToOpenAi(ResponsesToChat.Translate(own, options), asksForUsage),
                _ => ResponsesToAnthropic(ResponsesToMessages.Translate(own, options)),
            };
        }
        catch (RequestRefusedException refusal)
        {
            throw new RequestFormException(refusal.Field.Length > 0 ? refusal.Field : null, refusal.Message);
        }
    }

    private static BridgedAttempt ChatToAnthropic(TranslatedRequest request) => new(
        request,
        request.Body,
        (body, _) => MessageToCompletion.Translate(body, request.Answer).Body,
        ErrorToOpenAi.Translate,
        new MessagesStreamToChat(request.Answer));

    private static BridgedAttempt MessagesToOpenAi(TranslatedRequest request, bool asksForUsage) => new(
        request,
        Chat(request, asksForUsage),
        static (body, uncounted) => CompletionToMessage.Translate(body, uncounted).Body,
        ErrorToAnthropic.Translate,
        new ChatStreamToMessages());

    private static BridgedAttempt ChatToOpenAi(TranslatedRequest request) => new(
        request,
        request.Body,
        (body, _) => ResponseToCompletion.Translate(body, request.Answer).Body,
        ErrorToOpenAi.Keep,
        new ResponsesStreamToChat(request.Answer));

    private static BridgedAttempt MessagesToOpenAi(TranslatedRequest request) => new(
        request,
        request.Body,
        (body, uncounted) => CompletionToMessage.Translate(ResponseToCompletion.Translate(body, request.Answer).Body, uncounted).Body,
        ErrorToAnthropic.Translate,
        new ResponsesStreamToChat(request.Answer),
        new ChatStreamToMessages());

    private static BridgedAttempt ResponsesToOpenAi(TranslatedRequest request, bool asksForUsage) => new(
        request,
        Chat(request, asksForUsage),
        (body, _) => CompletionToResponse.Translate(body, request.Answer).Body,
        ErrorToOpenAi.Keep,
        new ChatStreamToResponses(request.Answer));

    private static BridgedAttempt ResponsesToAnthropic(TranslatedRequest request) => new(
        request,
        request.Body,
        (body, _) => CompletionToResponse.Translate(MessageToCompletion.Translate(body, request.Answer).Body, request.Answer).Body,
        ErrorToOpenAi.Translate,
        new MessagesStreamToChat(request.Answer),
        new ChatStreamToResponses(request.Answer));

    private static ReadOnlyMemory<byte> Chat(TranslatedRequest request, bool asksForUsage)
    {
        var outline = RequestOutline.Read(request.Body);
        return outline.Stream && asksForUsage ? outline.For(outline.Model, askForUsage: true) : request.Body;
    }
}
