namespace Farthing.Rendering.Precision;

/// <summary>A render can't have the precision that it should: its model is not there, or is not accepted.</summary>
/// <param name="message">What is missing and what to run.</param>
public sealed class PrecisionException(string message) : Exception(message);
