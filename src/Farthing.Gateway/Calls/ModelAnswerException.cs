namespace Farthing.Gateway.Calls;

/// <summary>A model wrote what the client's shape can't say. Its provider did what it should, and would bill another try like this one.</summary>
/// <param name="message">What it wrote.</param>
/// <param name="inner">What found it.</param>
public sealed class ModelAnswerException(string message, Exception inner) : Exception(message, inner);
