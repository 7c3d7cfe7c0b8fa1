namespace Farthing.Serving.Usage;

/// <summary>An event, or a body of events, that can't be read.</summary>
/// <param name="code">A short name of the reason.</param>
/// <param name="message">What is wrong and what to write instead.</param>
internal sealed class UsageFormatException(string code, string message) : Exception(message)
{
    /// <summary>A short name of the reason, such as <c>bad_quantity</c>.</summary>
    public string Code => code;
}
