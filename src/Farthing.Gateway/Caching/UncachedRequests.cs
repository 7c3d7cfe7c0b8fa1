using System.Text.Json;

namespace Farthing.Gateway.Caching;

/// <summary>Requests that do more than ask, so that an answer kept from before would leave something undone.</summary>
internal static class UncachedRequests
{
    /// <summary>Whether a request changes a conversation at the provider, is kept there, runs in the background, or uses the provider's own tools.</summary>
    public static bool IsOne(JsonElement root) =>
        IsSet(root, "conversation") || IsTrue(root, "background") || IsTrue(root, "store") || IsSet(root, "web_search_options")
        || (root.TryGetProperty("tools", out var tools) && tools.ValueKind == JsonValueKind.Array && tools.EnumerateArray().Any(static tool => IsOfProvider(tool)));

    /// <summary>A tool that the client runs itself is a function, or has no type at all in Anthropic's shape.</summary>
    private static bool IsOfProvider(JsonElement tool) =>
        tool.ValueKind == JsonValueKind.Object && tool.TryGetProperty("type", out var type) && type.ValueKind != JsonValueKind.Null
        && !(type.ValueKind == JsonValueKind.String && (type.ValueEquals("function"u8) || type.ValueEquals("custom"u8)));

    private static bool IsSet(JsonElement root, string name) => root.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null;

    private static bool IsTrue(JsonElement root, string name) => root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;
}
