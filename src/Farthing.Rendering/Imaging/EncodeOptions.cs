namespace Farthing.Rendering.Imaging;

/// <summary>How a finished picture is written.</summary>
public sealed record EncodeOptions
{
    /// <summary>The format. Default PNG.</summary>
    public PictureFormat Format { get; init; } = PictureFormat.Png;

    /// <summary>Quality of JPEG and WebP, 1 to 100. Default 92.</summary>
    public int Quality { get; init; } = 92;

    /// <summary>Effort of PNG's compression, 0 to 9. Default 6.</summary>
    public int Compression { get; init; } = 6;

    /// <summary>The colour profile to embed, such as <see cref="CutOut.IccProfile"/>; null for none, which means sRGB.</summary>
    public byte[]? IccProfile { get; init; }

    /// <summary>
    /// Texts to store, in this order: key (1 to 79 Latin letters, digits, blanks, '-', '_', '.', ':') and value (any Unicode).
    /// </summary>
    public IReadOnlyList<KeyValuePair<string, string>> Metadata { get; init; } = [];

    /// <exception cref="ImagingException">A value is out of its range.</exception>
    internal void Check()
    {
        if (Quality is < 1 or > 100)
        {
            throw new ImagingException($"The quality {Quality} is out of range. Give a number from 1 to 100.");
        }

        if (Compression is < 0 or > 9)
        {
            throw new ImagingException($"The compression {Compression} is out of range. Give a number from 0 to 9.");
        }

        foreach ((string key, string value) in Metadata)
        {
            bool legal = key.Length is >= 1 and <= 79 && key[0] != ' ' && key[^1] != ' '
                && key.All(c => char.IsAsciiLetterOrDigit(c) || c is ' ' or '-' or '_' or '.' or ':');
            if (!legal || value is null)
            {
                throw new ImagingException($"The metadata key '{key}' can't be stored. Use 1 to 79 letters, digits, blanks, '-', '_', '.' and ':'.");
            }
        }
    }
}
