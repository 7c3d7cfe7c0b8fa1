using System.Text.Json.Serialization;

namespace Farthing.Rendering.Captions;

/// <summary>The parts of the chat completions protocol that captions need.</summary>
internal sealed record ChatRequest(string Model, IReadOnlyList<ChatMessage> Messages, ChatFormat ResponseFormat, double Temperature, int MaxTokens);

internal sealed record ChatMessage(string Role, string? Content);

internal sealed record ChatFormat(string Type);

internal sealed record ChatResponse(string? Model, IReadOnlyList<ChatChoice?>? Choices, ChatUsage? Usage, ChatError? Error);

internal sealed record ChatChoice(ChatMessage? Message, string? FinishReason);

internal sealed record ChatUsage(
    long? PromptTokens, long? CompletionTokens, ChatTokenDetails? PromptTokensDetails, ChatTokenDetails? CompletionTokensDetails)
{
    /// <summary>The reported counts without overlap: the protocol counts cached and reasoning tokens in the totals as well.</summary>
    public IReadOnlyList<CaptionMeter> Meters()
    {
        var meters = new List<CaptionMeter>(4);
        Split(meters, PromptTokens, PromptTokensDetails?.CachedTokens, "input_tokens", "cached_input_tokens");
        Split(meters, CompletionTokens, CompletionTokensDetails?.ReasoningTokens, "output_tokens", "reasoning_tokens");
        return meters;
    }

    private static void Split(List<CaptionMeter> meters, long? total, long? part, string rest, string partName)
    {
        long all = Math.Max(0, total ?? 0);
        long some = Math.Clamp(part ?? 0, 0, all);
        if (all > some)
        {
            meters.Add(new CaptionMeter(rest, all - some));
        }

        if (some > 0)
        {
            meters.Add(new CaptionMeter(partName, some));
        }
    }
}

internal sealed record ChatTokenDetails(long? CachedTokens, long? ReasoningTokens);

internal sealed record ChatError(string? Message);

/// <summary>What the model is asked to write.</summary>
internal sealed record CaptionAnswer(string? Full, string? Scene);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ChatRequest))]
[JsonSerializable(typeof(ChatResponse))]
[JsonSerializable(typeof(CaptionAnswer))]
internal sealed partial class ChatJson : JsonSerializerContext;
