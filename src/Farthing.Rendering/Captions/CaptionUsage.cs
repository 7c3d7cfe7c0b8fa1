namespace Farthing.Rendering.Captions;

/// <summary>What a caption used: facts to be priced elsewhere.</summary>
/// <param name="Resource">Who did it: <c>template</c>, or the model that answered.</param>
/// <param name="Meters">Quantities by meter; empty when nothing was reported.</param>
public sealed record CaptionUsage(string Resource, IReadOnlyList<CaptionMeter> Meters)
{
    /// <summary>Nothing reported for a resource.</summary>
    public static CaptionUsage None(string resource) => new(resource, []);
}

/// <summary>One quantity. Meters do not overlap: cached input is not in <c>input_tokens</c> again.</summary>
/// <param name="Meter"><c>captions</c>, <c>input_tokens</c>, <c>cached_input_tokens</c>, <c>output_tokens</c> or <c>reasoning_tokens</c>.</param>
/// <param name="Quantity">How many, above 0.</param>
public sealed record CaptionMeter(string Meter, long Quantity);
