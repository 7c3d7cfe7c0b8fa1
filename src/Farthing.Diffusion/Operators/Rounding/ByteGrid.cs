using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Farthing.Diffusion.Operators.Rounding;

/// <summary>
/// The 8-bit values that an operator gives instead of floats: x / scale to the nearest whole number, halves to even, plus the zero point,
/// held between 0 and 255, as ONNX's QuantizeLinear has it. What is no number becomes the zero point.
/// </summary>
internal readonly unsafe struct ByteGrid
{
    private const int Lanes = 8, AtOnce = 4 * Lanes;

    private readonly float _inverse;
    private readonly byte _zero;

    public ByteGrid(float scale, byte zero) => (_inverse, _zero) = (1 / scale, zero);

    /// <summary>Reads a grid from an operator's last two inputs: a float and a byte.</summary>
    /// <param name="context">The operator's call.</param>
    /// <param name="index">The input that has the scale; the zero point follows.</param>
    public static ByteGrid Read(nint context, int index) => new(
        *(float*)OrtNative.Data(OrtNative.Input(context, index)), *(byte*)OrtNative.Data(OrtNative.Input(context, index + 1)));

    /// <summary>Rounds values.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Round(float* values, int count, byte* to)
    {
        var inverse = Vector256.Create(_inverse);
        var least = Vector256.Create(-(float)_zero);
        var most = Vector256.Create(255f - _zero);
        var zero = Vector256.Create((int)_zero);
        int i = 0;
        for (; i <= count - AtOnce; i += AtOnce)
        {
            var first = Vector256.Narrow(
                Level(values + i, inverse, least, most) + zero, Level(values + i + Lanes, inverse, least, most) + zero);
            var second = Vector256.Narrow(
                Level(values + i + 2 * Lanes, inverse, least, most) + zero, Level(values + i + 3 * Lanes, inverse, least, most) + zero);
            Vector256.Narrow(first, second).AsByte().Store(to + i);
        }

        for (; i < count; i++)
        {
            float level = MathF.Round(values[i] * _inverse);
            to[i] = float.IsNaN(level) ? _zero : (byte)(Math.Clamp(level, least[0], most[0]) + _zero);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Level(float* values, Vector256<float> inverse, Vector256<float> least, Vector256<float> most)
    {
        var level = Vector256.Load(values) * inverse;

        // A comparison with what is no number is false, so its bits are cleared.
        level &= Vector256.Equals(level, level);
        return Vector256.ConvertToInt32Native(Vector256.Round(Vector256.MinNative(Vector256.MaxNative(level, least), most)));
    }
}
