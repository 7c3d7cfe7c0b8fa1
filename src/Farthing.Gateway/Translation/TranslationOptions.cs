namespace Farthing.Gateway.Translation;

/// <summary>What a translation must know of the model that it is for.</summary>
public sealed record TranslationOptions
{
    /// <summary>The model's name at its provider. Null (default) keeps the client's word.</summary>
    public string? Model { get; init; }

    /// <summary>Anthropic needs a limit and OpenAI doesn't: what is sent where the client gave none. Default 4,096; at least 1.</summary>
    public int DefaultMaxTokens { get; init; } = 4_096;

    /// <summary>How JSON is asked of an Anthropic model. Default <see cref="StructuredOutputForm.ForcedTool"/>.</summary>
    public StructuredOutputForm StructuredOutput { get; init; }

    /// <summary>How thinking is asked for. Default <see cref="ReasoningForm.None"/>.</summary>
    public ReasoningForm Reasoning { get; init; }

    /// <summary>Whether a model takes <c>temperature</c> and <c>top_p</c>. Default true.</summary>
    public bool TakesSampling { get; init; } = true;

    /// <summary>
    /// What an OpenAI-compatible server calls the limit of output. Default <c>max_completion_tokens</c>; older servers know
    /// <c>max_tokens</c> alone.
    /// </summary>
    public string MaxTokensField { get; init; } = "max_completion_tokens";

    /// <summary>Whether the model signs its calls of tools and refuses them in later turns without, see <see cref="CallSignature"/>. Default false.</summary>
    public bool SignsCalls { get; init; }

    /// <summary>Whether the server wants a turn's thinking back as <c>reasoning_content</c>. Default false.</summary>
    public bool TakesThinkingBack { get; init; }

    /// <summary>
    /// Whether a chat request is on its way to Anthropic's messages, so that it may hold what those know beyond chat completions: pictures
    /// in results of tools, and signed thinking. Default false.
    /// </summary>
    public bool GoesOnToMessages { get; init; }

    /// <summary>Whether the model gives its thinking sealed where it is asked to, see <see cref="SealedReasoning"/>. Default false.</summary>
    public bool SealsReasoning { get; init; }

    /// <summary>Whether a chat request is on its way to OpenAI's responses, so that it may hold sealed thinking of those. Default false.</summary>
    public bool GoesOnToResponses { get; init; }

    /// <summary>When the answer is said to be made, for <c>created</c> in OpenAI's form. The gateway's clock.</summary>
    public DateTimeOffset Now { get; init; }

    /// <summary>What is known of a model by its name, see <see cref="ModelTraits"/>.</summary>
    /// <param name="model">The name at its provider.</param>
    /// <param name="now">The gateway's clock.</param>
    public static TranslationOptions For(string model, DateTimeOffset now) => ModelTraits.Of(model) with { Model = model, Now = now };
}
