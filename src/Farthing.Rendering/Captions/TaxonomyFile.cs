using System.Text.Json.Serialization;

namespace Farthing.Rendering.Captions;

/// <summary>The shape of <c>taxonomy.json</c>: what the words of a prompt mean.</summary>
internal sealed record TaxonomyFile
{
    public required IReadOnlyList<TaxonomyEntry> Products { get; init; }

    public required IReadOnlyList<TaxonomyEntry> Colours { get; init; }

    public required IReadOnlyList<TaxonomyEntry> Finishes { get; init; }

    public required IReadOnlyList<TaxonomyEntry> Surfaces { get; init; }

    public required IReadOnlyList<TaxonomyEntry> Backdrops { get; init; }

    public required IReadOnlyList<TaxonomyEntry> Lights { get; init; }

    public required IReadOnlyList<TaxonomyEntry> Framings { get; init; }

    public required IReadOnlyList<TaxonomyEntry> Cameras { get; init; }

    /// <summary>Phrases that say nothing about the picture.</summary>
    public required IReadOnlyList<string> Dropped { get; init; }

    /// <summary>Words that say nothing by themselves.</summary>
    public required IReadOnlyList<string> Articles { get; init; }

    /// <summary>What comes after one of these is the scene's.</summary>
    public required IReadOnlyList<string> ScenePrepositions { get; init; }

    /// <summary>What comes after one of these belongs to the thing before.</summary>
    public required IReadOnlyList<string> ProductPrepositions { get; init; }

    public required TaxonomyDefaults Defaults { get; init; }
}

/// <summary>One thing: how captions call it, and what people write for it.</summary>
/// <param name="Name">What a caption says, in the words that the model was trained on.</param>
/// <param name="Words">What people write; lower case, no punctuation.</param>
/// <param name="Plural">Whether it takes no article.</param>
/// <param name="Surface">The surface that goes with it when a prompt names none.</param>
/// <param name="Backdrop">The backdrop that goes with it when a prompt names none.</param>
/// <param name="Light">The light that goes with it when a prompt names none.</param>
internal sealed record TaxonomyEntry(
    string Name, IReadOnlyList<string> Words, bool Plural = false, string? Surface = null, string? Backdrop = null, string? Light = null);

/// <summary>What a caption says where neither the prompt nor what goes with it says anything.</summary>
internal sealed record TaxonomyDefaults(string Surface, string Backdrop, string Light, string Framing, string Camera);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = false)]
[JsonSerializable(typeof(TaxonomyFile))]
internal sealed partial class TaxonomyJson : JsonSerializerContext;
