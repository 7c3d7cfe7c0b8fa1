namespace Farthing.Gateway.Providers;

/// <summary>How a provider takes its key.</summary>
public enum KeyHeader
{
    /// <summary><c>Authorization: Bearer KEY</c>.</summary>
    Bearer,

    /// <summary><c>x-api-key: KEY</c>.</summary>
    XApiKey,

    /// <summary><c>api-key: KEY</c>.</summary>
    ApiKey,

    /// <summary>Signs each request for a region of AWS, see <see cref="Bedrock.BedrockHandler"/>.</summary>
    AwsSignature,
}

/// <summary>When a provider reports the usage of a chat stream.</summary>
public enum StreamUsage
{
    /// <summary>Always, without being asked.</summary>
    Always,

    /// <summary>When <c>stream_options.include_usage</c> asks for it.</summary>
    WhenAsked,
}

/// <summary>One provider as data: where it is, how it takes a key, which shapes it speaks, and its quirks.</summary>
/// <param name="Name">Its name in configurations and in the ledger's resources.</param>
/// <param name="BaseUrl">Up to and with the version, without a slash at its end; empty where each customer has its own.</param>
public sealed record ProviderRow(string Name, string BaseUrl)
{
    /// <summary>The shapes that it speaks itself.</summary>
    public IReadOnlyList<WireShape> Speaks { get; init; } = [WireShape.Chat, WireShape.Embeddings];

    /// <summary>Names of models that it serves by Responses alone, see <see cref="ModelPattern"/>.</summary>
    public IReadOnlyList<string> ResponsesModels { get; init; } = [];

    /// <summary>How it takes its key.</summary>
    public KeyHeader KeyHeader { get; init; } = KeyHeader.Bearer;

    /// <summary>Whether it can be called without a key, as servers on one's own machines can.</summary>
    public bool KeyOptional { get; init; }

    /// <summary>When it reports the usage of a chat stream.</summary>
    public StreamUsage StreamUsage { get; init; } = StreamUsage.WhenAsked;

    /// <summary>What it calls the limit of an answer's tokens, for requests that are translated; older servers know <c>max_tokens</c> alone.</summary>
    public string MaxTokensField { get; init; } = "max_completion_tokens";

    /// <summary>Whether it refuses a turn that called tools without the thinking that went before, as <c>reasoning_content</c>.</summary>
    public bool TakesThinkingBack { get; init; }

    /// <summary>How the names of models begin that search the web for each answer, and bill that beside tokens; null where none does.</summary>
    public string? SearchingModels { get; init; }

    /// <summary>What is asked with <c>GET</c> whether a refused key is good again: it costs nothing and needs a key.</summary>
    public string ProbePath { get; init; } = "models";

    /// <summary>How it refuses a key by another status than 401, 402 or 403; null where it does not.</summary>
    public KeyRefusal? KeyRefusal { get; init; }

    /// <summary>Headers that every request carries.</summary>
    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

    /// <summary>Beginnings of its models' names, by which a model without a provider is found.</summary>
    public IReadOnlyList<string> ModelPrefixes { get; init; } = [];
}
