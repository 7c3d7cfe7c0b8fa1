using System.Collections.Frozen;

namespace Farthing.Gateway.Providers;

/// <summary>The providers that are known by name. One that speaks OpenAI's shape is a row here and needs no code.</summary>
/// <remarks>Base URLs and quirks are those of the providers' own API references, read in November 2026.</remarks>
public static class ProviderTable
{
    /// <summary>The row of any server that speaks OpenAI's shape, whose URL the configuration gives.</summary>
    public const string Compatible = "openai-compatible";

    /// <summary>The row of the template captioner, which the process that hosts the gateway answers for.</summary>
    public const string Template = "farthing";

    private const string OldMaxTokens = "max_tokens";

    private static IReadOnlyList<WireShape> OpenAiShapes { get; } = [WireShape.Chat, WireShape.Responses, WireShape.Embeddings];

    private static IReadOnlyList<WireShape> ChatOnly { get; } = [WireShape.Chat];

    /// <summary>What OpenAI serves by Responses alone: by its SDKs' list of such models and the endpoints that its models' pages name.</summary>
    private static IReadOnlyList<string> OnlyResponses { get; } =
    [
        "o1-pro*", "o3-pro*", "gpt-5*-pro*", "gpt-5*-codex*", "codex-*", "*-deep-research*", "computer-use-preview*", "gpt-5*-cyber*", "gpt-daybreak-*", "gpt-rosalind-*",
    ];

    /// <summary>All rows.</summary>
    public static IReadOnlyList<ProviderRow> Rows { get; } =
    [
        new("openai", "https://api.openai.com/v1")
        {
            Speaks = OpenAiShapes,
            ResponsesModels = OnlyResponses,
            ModelPrefixes = ["gpt-", "chatgpt-", "o1", "o3", "o4", "codex-", "computer-use-", "text-embedding-"],
        },
        new("anthropic", "https://api.anthropic.com/v1")
        {
            Speaks = [WireShape.Messages],
            KeyHeader = KeyHeader.XApiKey,
            StreamUsage = StreamUsage.Always,
            ModelPrefixes = ["claude-"],
            Headers = [("anthropic-version", "2023-06-01")],
        },

        // Its v1 API: base_url is https://RESOURCE.openai.azure.com/openai/v1.
        new("azure", "") { Speaks = OpenAiShapes, ResponsesModels = OnlyResponses, KeyHeader = KeyHeader.ApiKey },
        new("gemini", "https://generativelanguage.googleapis.com/v1beta/openai")
        {
            // Of an expired key the reason is the same one, and its message another.
            KeyRefusal = new(400)
            {
                Reasons = ["API_KEY_INVALID", "API_KEY_EXPIRED"],
                Beginnings = ["API key not valid", "API key expired", "API Key not found"],
            },
            ModelPrefixes = ["gemini-"],
        },
        new("mistral", "https://api.mistral.ai/v1")
        {
            MaxTokensField = OldMaxTokens,
            StreamUsage = StreamUsage.Always,
            ModelPrefixes = ["mistral-", "ministral-", "codestral-", "magistral-", "pixtral-"],
        },
        new("groq", "https://api.groq.com/openai/v1") { Speaks = [WireShape.Chat, WireShape.Responses] },
        new("deepseek", "https://api.deepseek.com/v1")
        {
            Speaks = ChatOnly,
            MaxTokensField = OldMaxTokens,
            TakesThinkingBack = true,
            ModelPrefixes = ["deepseek-"],
        },

        // It lists models for anybody.
        new("openrouter", "https://openrouter.ai/api/v1") { Speaks = OpenAiShapes, ProbePath = "key" },
        new("together", "https://api.together.xyz/v1") { MaxTokensField = OldMaxTokens },
        new("fireworks", "https://api.fireworks.ai/inference/v1"),
        new("cohere", "https://api.cohere.ai/compatibility/v1") { MaxTokensField = OldMaxTokens, ModelPrefixes = ["command-"] },
        new("xai", "https://api.x.ai/v1")
        {
            Speaks = [WireShape.Chat, WireShape.Responses],

            // Some of its servers escape the message as a URL's.
            KeyRefusal = new(400) { Beginnings = ["Incorrect API key provided", "Incorrect%20API%20key%20provided"] },
            ModelPrefixes = ["grok-"],
        },
        new("perplexity", "https://api.perplexity.ai")
        {
            Speaks = ChatOnly,
            MaxTokensField = OldMaxTokens,
            StreamUsage = StreamUsage.Always,
            SearchingModels = "sonar",
            ModelPrefixes = ["sonar"],
        },
        // Converse, which BedrockHandler turns into messages; its URL follows from the region. LiteLLM's prices call it bedrock_converse too.
        new("bedrock", "")
        {
            Speaks = [WireShape.Messages],
            KeyHeader = KeyHeader.AwsSignature,
            StreamUsage = StreamUsage.Always,
        },

        // In this process, so its URL is never resolved.
        new(Template, "http://template.invalid/v1")
        {
            KeyOptional = true,
            Speaks = [WireShape.Chat, WireShape.Messages, WireShape.Responses],
        },
        new("ollama", "http://127.0.0.1:11434/v1") { KeyOptional = true, MaxTokensField = OldMaxTokens },
        new("vllm", "http://127.0.0.1:8000/v1") { KeyOptional = true, Speaks = OpenAiShapes },
        new(Compatible, "") { KeyOptional = true, MaxTokensField = OldMaxTokens },
    ];

    private static FrozenDictionary<string, ProviderRow> ByName { get; } = Rows.ToFrozenDictionary(static row => row.Name, StringComparer.Ordinal);

    /// <summary>The row of a name; null when there is none.</summary>
    public static ProviderRow? Find(string name) => ByName.GetValueOrDefault(name);
}
