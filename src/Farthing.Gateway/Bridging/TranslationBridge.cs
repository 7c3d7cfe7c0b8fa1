using Farthing.Gateway.Calls;
using Farthing.Gateway.Providers;
using Farthing.Gateway.Translation;
using Farthing.Gateway.Translation.Answers;
using Farthing.Gateway.Translation.Errors;
using Farthing.Gateway.Translation.Requests;
using Farthing.Gateway.Translation.Streams;
using Farthing.Gateway.Wire;

namespace Farthing.Gateway.Bridging;

/// <summary>Carries calls between OpenAI's chat completions and Anthropic's messages, each way.</summary>
public sealed class TranslationBridge : IShapeBridge
{
    private readonly TimeProvider _time;

    private TranslationBridge(WireShape client, WireShape provider, TimeProvider time) => (Client, Provider, _time) = (client, provider, time);

    /// <inheritdoc/>
    public WireShape Client { get; }

    /// <inheritdoc/>
    public WireShape Provider { get; }

    /// <summary>Both ways.</summary>
    /// <param name="time">The clock.</param>
    public static ShapeBridges Both(TimeProvider time) => new(
    [
        new TranslationBridge(WireShape.Chat, WireShape.Messages, time),
        new TranslationBridge(WireShape.Messages, WireShape.Chat, time),
    ]);

    /// <inheritdoc/>
    public IBridgedAttempt Begin(RequestOutline request, string model, ProviderRow provider)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(provider);
        var options = TranslationOptions.For(model, _time.GetUtcNow()) with { MaxTokensField = provider.MaxTokensField };
        try
        {
            // The outline's own body still names fallbacks, which no provider knows; a chat request asks for its stream's usage.
            ReadOnlyMemory<byte> own = request.For(model, askForUsage: false);
            return Client == WireShape.Chat ? ToMessages(ChatToMessages.Translate(own, options)) : ToChat(MessagesToChat.Translate(own, options));
        }
        catch (RequestRefusedException refusal)
        {
            throw new RequestFormException(refusal.Field.Length > 0 ? refusal.Field : null, refusal.Message);
        }
    }

    private static BridgedAttempt ToMessages(TranslatedRequest request) => new(
        request,
        request.Body,
        body => MessageToCompletion.Translate(body, request.Answer).Body,
        ErrorToOpenAi.Translate,
        new MessagesStreamToChat(request.Answer));

    private static BridgedAttempt ToChat(TranslatedRequest request)
    {
        var outline = RequestOutline.Read(request.Body);
        return new(
            request,
            outline.Stream ? outline.For(outline.Model, askForUsage: true) : request.Body,
            static body => CompletionToMessage.Translate(body).Body,
            ErrorToAnthropic.Translate,
            new ChatStreamToMessages());
    }
}
