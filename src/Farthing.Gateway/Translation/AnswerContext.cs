namespace Farthing.Gateway.Translation;

/// <summary>What the translation of an answer must know of its request.</summary>
public sealed record AnswerContext
{
    /// <summary>Whether the client asked for a stream.</summary>
    public bool IsStream { get; init; }

    /// <summary>Whether an OpenAI client asked for the usage of a stream.</summary>
    public bool IncludeUsage { get; init; }

    /// <summary>The tool whose input is the answer's text; null where none was added.</summary>
    public string? JsonTool { get; init; }

    /// <summary>What a Responses client is told of its own request; null for clients of other shapes.</summary>
    public ResponseEcho? Response { get; init; }

    /// <summary>When the answer is said to be made.</summary>
    public DateTimeOffset Created { get; init; }
}
