namespace Farthing.Diffusion.Quantization;

/// <summary>A model can't be quantized; the message says what it is about and what to do.</summary>
internal sealed class QuantizationException(string message) : Exception(message);
