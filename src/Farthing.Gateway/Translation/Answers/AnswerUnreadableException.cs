namespace Farthing.Gateway.Translation.Answers;

/// <summary>A provider's answer is not what its protocol says. The attempt failed; another may do better.</summary>
public sealed class AnswerUnreadableException(string message, Exception? inner = null) : Exception(message, inner);
