namespace Farthing.Gateway.Translation;

/// <summary>A request that can't be said in the other protocol, or is none at all. Its sender must change it: status 400.</summary>
public sealed class RequestRefusedException : Exception
{
    /// <summary>Refuses a field.</summary>
    /// <param name="field">The path of the field, such as <c>messages[2].content[0].type</c>; empty for the body as a whole.</param>
    /// <param name="message">What is wrong and what to send instead.</param>
    /// <param name="inner">What found it out.</param>
    public RequestRefusedException(string field, string message, Exception? inner = null)
        : base(string.IsNullOrEmpty(field) ? message : $"{field}: {message}", inner)
    {
        Field = field;
        Reason = message;
    }

    /// <summary>What is wrong and what to send instead, without the field.</summary>
    public string Reason { get; }

    /// <summary>The path of the field, such as <c>messages[2].content[0].type</c>; empty for the body as a whole.</summary>
    public string Field { get; }
}
