using Farthing.Diffusion.Pipelines;
using Farthing.Diffusion.Tokenizers;

namespace Farthing.Rendering.Embeddings;

/// <summary>A model's text encoders, as the cache uses them. Safe for threads.</summary>
internal interface ITextEncoders
{
    /// <summary>The encoders.</summary>
    IReadOnlyList<TextEncoderInfo> Encoders { get; }

    /// <summary>Each encoder's identity: 64 hexadecimal digits.</summary>
    IReadOnlyList<string> Identities { get; }

    /// <summary>What the model is called in statistics.</summary>
    string Model { get; }

    /// <summary>A text's tokens for each encoder.</summary>
    IReadOnlyList<TokenIds> Tokenize(string text);

    /// <summary>Runs one encoder over several texts.</summary>
    TextStates[] Encode(int encoder, IReadOnlyList<TokenIds> texts);

    /// <summary>What a text's tokens say of a text that was too long.</summary>
    IReadOnlyList<PromptTruncation> Truncations(IReadOnlyList<TokenIds> tokens);
}
