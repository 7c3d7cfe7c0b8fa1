namespace Farthing.Gateway.Translation;

/// <summary>A request in the other protocol.</summary>
/// <param name="Body">UTF-8 JSON.</param>
/// <param name="Answer">What the translation of its answer must know.</param>
/// <param name="Dropped">Fields that were left out because the other protocol has no word for them and the answer keeps its form without.</param>
public sealed record TranslatedRequest(byte[] Body, AnswerContext Answer, IReadOnlyList<string> Dropped);
