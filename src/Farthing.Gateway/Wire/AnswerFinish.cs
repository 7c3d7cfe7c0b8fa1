using Farthing.Gateway.Providers;

namespace Farthing.Gateway.Wire;

/// <summary>What a provider's own word for the end of an answer comes to, the worse ones last.</summary>
public enum AnswerFinish
{
    /// <summary>It ended by itself, at a stop sequence, or in a call of the client's tools.</summary>
    Whole,

    /// <summary>It was cut, filtered, refused or paused, or ended in a word that is not known: an answer, and none to keep.</summary>
    Odd,

    /// <summary>Nothing says that it ended.</summary>
    None,

    /// <summary>The provider gave up: what there is of it is no answer.</summary>
    Failed,
}

/// <summary>The words of each shape.</summary>
internal static class FinishWords
{
    /// <summary>What a word comes to.</summary>
    /// <param name="shape">The shape that it is of.</param>
    /// <param name="word">A chat's <c>finish_reason</c>, a message's <c>stop_reason</c> or a response's <c>status</c>; servers write an empty one for none.</param>
    public static AnswerFinish Of(WireShape shape, string? word) => string.IsNullOrEmpty(word) ? AnswerFinish.None : shape switch
    {
        WireShape.Messages => word is "end_turn" or "stop_sequence" or "tool_use" ? AnswerFinish.Whole : AnswerFinish.Odd,
        WireShape.Responses => word switch
        {
            "completed" => AnswerFinish.Whole,
            "failed" or "cancelled" => AnswerFinish.Failed,
            _ => AnswerFinish.Odd,
        },
        _ => word switch
        {
            "stop" or "tool_calls" or "function_call" => AnswerFinish.Whole,

            // Together's, for a model's own end.
            "eos" => AnswerFinish.Whole,

            // OpenRouter, xAI and Mistral; DeepSeek; vLLM.
            "error" or "insufficient_system_resource" or "abort" => AnswerFinish.Failed,
            _ => AnswerFinish.Odd,
        },
    };
}
