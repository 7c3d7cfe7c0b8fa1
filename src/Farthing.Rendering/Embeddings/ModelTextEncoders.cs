using Farthing.Diffusion.Pipelines;
using Farthing.Diffusion.Sessions;
using Farthing.Diffusion.Tokenizers;

namespace Farthing.Rendering.Embeddings;

/// <summary>The text encoders of a loaded model.</summary>
/// <param name="prompts">The loaded encoders, which stay the caller's.</param>
/// <param name="directory">The directory that they were loaded from; its files are read for the encoders' identities.</param>
/// <param name="digests">The files that this start has read; null to read them.</param>
internal sealed class ModelTextEncoders(PromptEncoder prompts, string directory, FileDigests? digests = null) : ITextEncoders
{
    /// <inheritdoc/>
    public IReadOnlyList<TextEncoderInfo> Encoders { get; } = prompts.Encoders;

    /// <inheritdoc/>
    public IReadOnlyList<string> Identities { get; } =
        [.. prompts.Encoders.Select(encoder => TextEncoderIdentity.Compute(directory, encoder, digests))];

    /// <inheritdoc/>
    public string Model { get; } = Path.GetFullPath(directory);

    /// <inheritdoc/>
    public IReadOnlyList<TokenIds> Tokenize(string text) => prompts.Tokenize(text);

    /// <inheritdoc/>
    public TextStates[] Encode(int encoder, IReadOnlyList<TokenIds> texts) => prompts.Encode(encoder, texts);

    /// <inheritdoc/>
    public IReadOnlyList<PromptTruncation> Truncations(IReadOnlyList<TokenIds> tokens) => prompts.Truncations(tokens);
}
