namespace Farthing.Diffusion.Quantization;

/// <summary>What has to be mended before a model can be quantized.</summary>
public enum QuantizationFault
{
    /// <summary>The model that was to be quantized.</summary>
    Source,

    /// <summary>The calibration set.</summary>
    Calibration,

    /// <summary>The output directory.</summary>
    Output,

    /// <summary>Nothing: another process is at work on the same output.</summary>
    InUse,
}

/// <summary>A model can't be quantized; the message says what it is about and what to do.</summary>
/// <param name="message">What happened and what to do.</param>
/// <param name="fault">Where it has to be mended.</param>
public sealed class QuantizationException(string message, QuantizationFault fault = QuantizationFault.Source) : Exception(message)
{
    /// <summary>Where it has to be mended.</summary>
    public QuantizationFault Fault { get; } = fault;
}
