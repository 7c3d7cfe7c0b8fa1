using System.Diagnostics.CodeAnalysis;

namespace Farthing.Diffusion.Sessions;

/// <summary>The numbers that a model's UNet computes with.</summary>
[SuppressMessage("Naming", "CA1720", Justification = "int8 is the precision's name.")]
public enum ModelPrecision
{
    /// <summary>32-bit floats.</summary>
    Fp32,

    /// <summary>16-bit floats.</summary>
    Fp16,

    /// <summary>Weights and activations in 8-bit integers wherever it was found to be harmless.</summary>
    Int8,

    /// <summary>Weights in 8-bit integers, computing in floats.</summary>
    Int8Weights,
}

/// <summary>The written forms of a <see cref="ModelPrecision"/>.</summary>
public static class ModelPrecisionNames
{
    private static string[] Names { get; } = ["fp32", "fp16", "int8", "int8-weights"];

    /// <summary>All names.</summary>
    public static IReadOnlyList<string> All => Names;

    /// <summary>The name in files and on command lines, such as <c>int8-weights</c>.</summary>
    public static string ToName(this ModelPrecision precision) => Names[(int)precision];

    /// <summary>Whether it is the float precision that a model was published in, which others are held against.</summary>
    public static bool IsFull(this ModelPrecision precision) => precision is ModelPrecision.Fp32 or ModelPrecision.Fp16;

    /// <summary>Reads a name, without regard to case; false when there is no such precision.</summary>
    public static bool TryParse(string? name, out ModelPrecision precision)
    {
        int index = Array.FindIndex(Names, known => string.Equals(known, name, StringComparison.OrdinalIgnoreCase));
        precision = (ModelPrecision)Math.Max(index, 0);
        return index >= 0;
    }
}
