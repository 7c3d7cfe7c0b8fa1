using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Farthing.Gateway.Calls;
using Farthing.Gateway.Providers;

namespace Farthing.Gateway.Caching;

/// <summary>What a request is to the caches.</summary>
/// <param name="Exact">The same for requests that ask for the same, however they are written.</param>
/// <param name="Scope">The same for requests that differ in their last user text at most.</param>
/// <param name="Text">That text; null where the request does not end in a plain one, so that only the exact cache is for it.</param>
public sealed record RequestIdentity(CacheKey Exact, CacheKey Scope, string? Text)
{
    private const string Version = "1";

    // What a tenant's client says about itself and what steers the transport; the answer does not depend on it.
    private static readonly string[] LeftOut =
        ["model", "fallbacks", "stream", "user", "safety_identifier", "metadata", "prompt_cache_key", "prompt_cache_retention"];

    /// <summary>Reads a request; null where its answer must not be kept.</summary>
    /// <param name="call">The call.</param>
    /// <param name="name">The client's own name for a part of the cache; empty for none.</param>
    /// <param name="place">Where a target's provider is, so that another server of the same name is another.</param>
    /// <param name="embedder">Whose embeddings the scope is for.</param>
    public static RequestIdentity? Of(GatewayCall call, string name, Func<ModelTarget, string> place, string embedder)
    {
        ArgumentNullException.ThrowIfNull(call);
        ArgumentNullException.ThrowIfNull(place);
        try
        {
            using var document = JsonDocument.Parse(call.Request.Body);
            return UncachedRequests.IsOne(document.RootElement) ? null : Of(document.RootElement, call, name, place, embedder);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // Half a surrogate pair in a text: a provider may take it, but it has no canonical form.
            return null;
        }
    }

    private static RequestIdentity Of(JsonElement root, GatewayCall call, string name, Func<ModelTarget, string> place, string embedder)
    {
        var bytes = new ArrayBufferWriter<byte>(call.Request.Body.Length + 256);
        using var json = new Utf8JsonWriter(bytes, new JsonWriterOptions { SkipValidation = true });
        json.WriteStartArray();
        json.WriteStringValue(Version);
        json.WriteStringValue(call.Shape.Path());
        json.WriteStringValue(call.Client);
        json.WriteStringValue(name);
        json.WriteBooleanValue(call.Request.Stream);
        json.WriteStartArray();
        foreach (var target in call.Targets)
        {
            json.WriteStringValue($"{target} {place(target)}");
        }

        json.WriteEndArray();
        json.WriteStartArray();
        foreach (var (header, value) in call.Headers)
        {
            json.WriteStringValue(header);
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
        var text = LastUserText.Find(root, call.Shape, out var spot);
        var canonical = new CanonicalJson(json, spot);
        canonical.WriteRoot(root, field => LeftOut.Contains(field.Name) || (!call.Request.Stream && field.NameEquals("stream_options"u8)));
        json.WriteEndArray();
        json.Flush();

        var exact = CacheKey.Of(bytes.WrittenSpan);
        return canonical.Matches == 1 ? new RequestIdentity(exact, ScopeOf(bytes.WrittenSpan, canonical.Place, embedder), text) : new RequestIdentity(exact, exact, null);
    }

    private static CacheKey ScopeOf(ReadOnlySpan<byte> bytes, (int Start, int End) text, string embedder)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(bytes[..text.Start]);

        // No JSON has this byte, so that what stands before and after can't be confused.
        hash.AppendData([0]);
        hash.AppendData(bytes[text.End..]);
        hash.AppendData([0]);
        hash.AppendData(Encoding.UTF8.GetBytes(embedder));
        return CacheKey.FromHash(hash.GetHashAndReset());
    }
}
