using System.Globalization;
using Farthing.Ledger.Posting;

namespace Farthing.Rendering.Precision;

/// <summary>Which precision renders of a kind get. All conditions must hold; a rule without any fits every render.</summary>
public sealed record PrecisionRule
{
    /// <summary>The line in the configuration, from 1; 0 where there is none.</summary>
    public int Line { get; init; }

    /// <summary>Fits renders of at least so many pixels (width × height as rendered, before any resizing); null for all.</summary>
    public long? MinPixels { get; init; }

    /// <summary>Fits renders that have one of these tags; empty for all.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>What they get: the first that is there; at least one.</summary>
    public required IReadOnlyList<PrecisionUse> Use { get; init; }

    /// <summary>Whether it fits a render.</summary>
    /// <param name="pixels">Width × height as rendered.</param>
    /// <param name="tags">The render's tags.</param>
    public bool Fits(long pixels, TagSet tags) =>
        (MinPixels is not { } least || pixels >= least) && (Tags.Count == 0 || Tags.Any(tags.Contains));

    /// <summary>Whether it fits whatever another one fits, so that the other is never reached when it stands below.</summary>
    public bool Covers(PrecisionRule other)
    {
        ArgumentNullException.ThrowIfNull(other);
        bool pixels = MinPixels is not { } least || least <= 0 || other.MinPixels >= least;
        bool tags = Tags.Count == 0 || (other.Tags.Count > 0 && other.Tags.All(Tags.Contains));
        return pixels && tags;
    }

    /// <summary>The rule in one line, such as <c>min_pixels 4194304 → fp16, fp32</c>.</summary>
    public override string ToString()
    {
        List<string> conditions = [];
        if (MinPixels is { } least)
        {
            conditions.Add(string.Create(CultureInfo.InvariantCulture, $"min_pixels {least}"));
        }

        if (Tags.Count > 0)
        {
            conditions.Add($"tags {string.Join(", ", Tags)}");
        }

        return $"{(conditions.Count == 0 ? "always" : string.Join(" and ", conditions))} → {string.Join(", ", Use)}";
    }
}
