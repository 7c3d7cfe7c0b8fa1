namespace Farthing.Diffusion.Quantization.Sensitivity;

/// <summary>How errors of layers were found.</summary>
public enum SensitivityMeasure
{
    /// <summary>
    /// Relative error of the UNet's guided prediction when this layer alone is int8, over noise levels: what matters.
    /// </summary>
    Output,

    /// <summary>
    /// Relative error of the layer's own output, calculated from what was observed of its input and from its weights:
    /// where a pass of the model for each layer would take too long.
    /// </summary>
    Local,
}

/// <summary>One layer's part in the error.</summary>
/// <param name="Target">The layer.</param>
/// <param name="Error">Relative error (root of the squares' sum over that of the reference).</param>
/// <param name="WeightError">‖w − q·scale‖ / ‖w‖.</param>
/// <param name="MultiplyAdds">Its multiply-adds for one row of one UNet call.</param>
internal sealed record LayerSensitivity(QuantizationTarget Target, double Error, double WeightError, long MultiplyAdds);
