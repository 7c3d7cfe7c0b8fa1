namespace Farthing.Rendering.Imaging;

/// <summary>The formats that finished pictures are written in.</summary>
public enum PictureFormat
{
    /// <summary>PNG: lossless, metadata in text chunks.</summary>
    Png,

    /// <summary>JPEG: metadata as XMP.</summary>
    Jpeg,

    /// <summary>WebP, lossy: metadata as XMP.</summary>
    Webp,
}
