namespace Farthing.Gateway.Wire;

/// <summary>A request that can't be sent on, with a sentence for whoever wrote it.</summary>
/// <param name="parameter">The field that is wrong; null where it is none.</param>
/// <param name="message">What is wrong and what to write.</param>
public sealed class RequestFormException(string? parameter, string message) : Exception(message)
{
    /// <summary>The field that is wrong; null where it is none.</summary>
    public string? Parameter { get; } = parameter;
}
