namespace Farthing.Diffusion.Tokenizers;

/// <summary>
/// Turns a prompt into the ids that a text encoder reads. Instances are immutable and safe to share between threads.
/// </summary>
public interface ITextTokenizer
{
    /// <summary>How many ids <see cref="Encode(string)"/> gives: the configuration's model_max_length.</summary>
    int Length { get; }

    /// <summary>One more than the largest id that can come out; the text encoder's vocabulary must reach it.</summary>
    int VocabularySize { get; }

    /// <summary>Encodes a text to <see cref="Length"/> ids.</summary>
    /// <param name="text">Any text; an unpaired surrogate is read as U+FFFD.</param>
    /// <returns>The padded ids, and what did not fit.</returns>
    TokenIds Encode(string text);

    /// <summary>Encodes a text to a length of the caller's choice.</summary>
    /// <param name="text">Any text; an unpaired surrogate is read as U+FFFD.</param>
    /// <param name="length">How many ids to give: 2 to 1,048,576.</param>
    /// <returns>The padded ids, and what did not fit.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="length"/> is outside its range.</exception>
    TokenIds Encode(string text, int length);
}
