namespace Farthing.Diffusion.Evaluation;

/// <summary>Two models can't be compared, or a metric's model can't be used; the message says what to do.</summary>
public sealed class EvaluationException(string message, Exception? inner = null) : Exception(message, inner);
