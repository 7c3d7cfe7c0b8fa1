using System.Collections.Frozen;
using Farthing.Gateway.Providers;

namespace Farthing.Gateway.Telemetry;

/// <summary>The words of OpenTelemetry's conventions for generative AI (https://opentelemetry.io/docs/specs/semconv/registry/attributes/gen-ai/).</summary>
internal static class GenAiNames
{
    // Every known kind, so that none is made anew for each attempt; most go by their own name.
    private static readonly FrozenDictionary<string, string> Providers = ProviderTable.Rows.Select(static row => row.Name).Append("bedrock").Distinct().ToFrozenDictionary(
        static name => name,
        static name => name switch
        {
            "azure" => "azure.ai.openai",
            "bedrock" => "aws.bedrock",
            "gemini" => "gcp.gemini",
            "mistral" => "mistral_ai",
            "xai" => "x_ai",
            _ => name,
        },
        StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, string>.AlternateLookup<ReadOnlySpan<char>> BySpan = Providers.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary><c>chat</c> or <c>embeddings</c>, of a booked shape.</summary>
    public static string Operation(string shape) => shape == "embeddings" ? shape : "chat";

    /// <summary>The provider's kind, of what its model is priced as.</summary>
    public static string Provider(string resource)
    {
        // llm/KIND/model
        var kind = resource.AsSpan(resource.IndexOf('/', StringComparison.Ordinal) + 1);
        var end = kind.IndexOf('/');
        kind = end < 0 ? kind : kind[..end];
        return BySpan.TryGetValue(kind, out var name) ? name : kind.ToString();
    }
}
