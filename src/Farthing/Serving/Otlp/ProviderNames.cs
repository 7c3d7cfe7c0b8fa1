using System.Collections.Frozen;

namespace Farthing.Serving.Otlp;

/// <summary>Providers as OpenTelemetry calls them, and as prices do.</summary>
internal static class ProviderNames
{
    private static readonly FrozenDictionary<string, string> Names = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["az.ai.openai"] = "azure",
        ["azure.ai.openai"] = "azure",
        ["azure.ai.inference"] = "azure",
        ["aws.bedrock"] = "bedrock",
        ["aws_bedrock"] = "bedrock",
        ["gcp.gemini"] = "gemini",
        ["gcp.gen_ai"] = "gemini",
        ["google"] = "gemini",
        ["gcp.vertex_ai"] = "vertex_ai",
        ["mistral_ai"] = "mistral",
        ["x_ai"] = "xai",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The name in prices; one that is not known stays as it is, in small letters.</summary>
    public static string Of(string name)
    {
        string small = name.ToLowerInvariant();
        return Names.GetValueOrDefault(small, small);
    }
}
