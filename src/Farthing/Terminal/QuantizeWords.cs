using Farthing.Diffusion.Quantization;

namespace Farthing.Terminal;

/// <summary>What a quantizer's stages are called.</summary>
internal static class QuantizeWords
{
    /// <summary>What it is at.</summary>
    public static string Of(QuantizeStage stage) => stage switch
    {
        QuantizeStage.Check => "checking the model",
        QuantizeStage.Calibrate => "observing prompts",
        QuantizeStage.Measure => "measuring layers",
        QuantizeStage.Write => "writing layers",
        _ => "finishing",
    };
}
