namespace Farthing.Gateway.Translation.Answers;

/// <summary>An answer in the other protocol.</summary>
/// <param name="Body">UTF-8 JSON.</param>
/// <param name="Usage">The tokens that the provider counted; null where it gave no count.</param>
public sealed record TranslatedAnswer(byte[] Body, TokenUsage? Usage);
