namespace Farthing.Rendering.Manifests;

/// <summary>How a manifest is written.</summary>
public enum ManifestFormat
{
    /// <summary>JSONL when the first character is '{', else CSV.</summary>
    Detect,

    /// <summary>Comma-separated values with a header.</summary>
    Csv,

    /// <summary>One JSON object a line.</summary>
    Jsonl,
}
