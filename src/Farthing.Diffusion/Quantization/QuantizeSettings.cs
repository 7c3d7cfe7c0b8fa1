using Farthing.Diffusion.Quantization.Calibration;
using Farthing.Diffusion.Quantization.Ranges;
using Farthing.Diffusion.Quantization.Sensitivity;
using Farthing.Diffusion.Sessions;

namespace Farthing.Diffusion.Quantization;

/// <summary>What a float model becomes.</summary>
public enum TargetPrecision
{
    /// <summary>u8 activations and s8 weights, from calibrated ranges.</summary>
    Int8Calibrated,

    /// <summary>Half precision.</summary>
    Float16,

    /// <summary>s8 weights, float arithmetic: for small memory.</summary>
    Int8Weights,
}

/// <summary>What is made of a model, and how.</summary>
public sealed record QuantizeSettings
{
    /// <summary>The float model's directory.</summary>
    public required string Source { get; init; }

    /// <summary>The directory that is made.</summary>
    public required string Target { get; init; }

    /// <summary>The program and its version, for the records.</summary>
    public required string Tool { get; init; }

    /// <summary>What the model becomes. Default <see cref="TargetPrecision.Int8Calibrated"/>.</summary>
    public TargetPrecision Precision { get; init; } = TargetPrecision.Int8Calibrated;

    /// <summary>The prompts that ranges are collected on; needed for int8, else null.</summary>
    public CalibrationSet? Calibration { get; init; }

    /// <summary>How ranges are chosen. Default: percentile 99.999, the best of those measured (docs/quantization.md).</summary>
    public RangeChoice Ranges { get; init; } = new(RangeMethod.Percentile, 99.999);

    /// <summary>Share of the layers' multiply-adds that may stay in float because they are sensitive, 0 to 1. Default 0.03.</summary>
    public double Budget { get; init; } = 0.03;

    /// <summary>SmoothQuant's α, 0 to 1; null for none, the default.</summary>
    public double? Smoothing { get; init; }

    /// <summary>How sensitivity is found; null, the default: at the output for UNets up to 1 GiB, else locally.</summary>
    public SensitivityMeasure? Sensitivity { get; init; }

    /// <summary>Replace a directory that stands at <see cref="Target"/>. Default false.</summary>
    public bool Replace { get; init; }

    /// <summary>Threads and execution provider.</summary>
    public ExecutionOptions Execution { get; init; } = new();
}
