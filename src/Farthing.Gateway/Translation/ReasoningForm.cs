namespace Farthing.Gateway.Translation;

/// <summary>How a model is told to think first.</summary>
public enum ReasoningForm
{
    /// <summary>Not at all: what the client says about thinking is left out.</summary>
    None,

    /// <summary>Anthropic: <c>thinking.budget_tokens</c>.</summary>
    Budget,

    /// <summary>OpenAI: <c>reasoning_effort</c>. Anthropic: adaptive thinking and <c>output_config.effort</c>.</summary>
    Effort,
}
