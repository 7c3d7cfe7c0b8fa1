namespace Farthing.Diffusion.Tokenizers;

/// <summary>A tokenizer's folder can't be used; the message lists everything that is missing or odd in it.</summary>
public sealed class TokenizerException : Exception
{
    internal TokenizerException(IReadOnlyList<string> problems)
        : base(string.Join(" ", problems))
    {
    }
}
