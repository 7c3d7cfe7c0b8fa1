namespace Farthing.Diffusion.Tokenizers;

/// <summary>What tokenizer_config.json and special_tokens_map.json say, with every token's id looked up.</summary>
/// <param name="Length">model_max_length: how many ids a text encoder takes.</param>
/// <param name="Begin">The id that begins a text, or null if the tokenizer has none.</param>
/// <param name="End">The id that ends a text.</param>
/// <param name="Pad">The id that fills up.</param>
/// <param name="Added">The tokens to cut out whole, each content once.</param>
internal sealed record TokenizerSettings(int Length, int? Begin, int End, int Pad, IReadOnlyList<AddedToken> Added);
