namespace Farthing.Diffusion.Tokenizers;

/// <summary>A token that is cut out of the text whole, before the text is split.</summary>
/// <param name="Content">The text that stands for it.</param>
/// <param name="Id">Its id.</param>
/// <param name="Normalized">True: looked for in the normalised (lower-cased) text; false: in the raw text.</param>
internal sealed record AddedToken(string Content, int Id, bool Normalized)
{
    /// <summary>The largest id that is believed; vocabularies have less than a million.</summary>
    public const int MaxId = (1 << 24) - 1;
}
