namespace Farthing.Diffusion.Tokenizers;

/// <summary>Turns a text into the ids that a text encoder takes. Safe for many threads.</summary>
public interface ITextTokenizer
{
    /// <summary>Number of ids that every text is cut or padded to.</summary>
    int MaxLength { get; }

    /// <summary>All ids of a text, begin and end marks among them, neither cut nor padded.</summary>
    IReadOnlyList<int> EncodeWhole(string text);

    /// <summary>The ids of a text, cut or padded to <see cref="MaxLength"/>.</summary>
    TokenIds Encode(string text);
}
