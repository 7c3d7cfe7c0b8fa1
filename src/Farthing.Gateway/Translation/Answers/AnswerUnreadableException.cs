namespace Farthing.Gateway.Translation.Answers;

/// <summary>A provider's answer is not what its protocol says. The attempt failed; another may do better.</summary>
public sealed class AnswerUnreadableException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Whether the protocol is kept, and what the model wrote in it is wrong. Default false.</summary>
    public bool IsTheModels { get; init; }
}
