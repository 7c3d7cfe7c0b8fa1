namespace Farthing.Diffusion.Pipelines;

/// <summary>What the text encoders make of one text.</summary>
/// <param name="States">Text states [<see cref="Sequence"/>, width]: CLIP's side by side, T5's below them.</param>
/// <param name="Pooled">Pooled text; empty for SD 1.5.</param>
/// <param name="Sequence">Number of states.</param>
/// <param name="Truncations">What each tokenizer cut off; empty where the whole text was read by all.</param>
public sealed record EncodedPrompt(float[] States, float[] Pooled, int Sequence, IReadOnlyList<PromptTruncation> Truncations);

/// <summary>The part of a text that an encoder did not see.</summary>
/// <param name="Encoder">The encoder's part, such as <c>text_encoder_2</c>.</param>
/// <param name="TokensKept">Tokens read, begin and end marks among them.</param>
/// <param name="TokensGiven">Tokens that the whole text has.</param>
/// <param name="TextCut">The text from the cut on.</param>
public sealed record PromptTruncation(string Encoder, int TokensKept, int TokensGiven, string TextCut);
