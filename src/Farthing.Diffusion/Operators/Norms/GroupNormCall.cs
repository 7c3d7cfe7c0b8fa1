using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Farthing.Diffusion.Operators.Rounding;

namespace Farthing.Diffusion.Operators.Norms;

/// <summary>One call of <see cref="FusedGroupNorm"/>: where its tensors lie, and the arithmetic of one group of one row.</summary>
internal unsafe struct GroupNormCall
{
    /// <summary>Values that are normalized before they are rounded: they stay in the nearest cache.</summary>
    private const int Piece = 2048;

    public float* Input;
    public OperatorOutput Output;
    public float* Scale;
    public float* Shift;
    public int Groups;
    public int ChannelsOfGroup;
    public int Cells;
    public float Epsilon;
    public bool Silu;

    /// <summary>Normalizes a group. Groups lie one after the other, row by row, and share nothing.</summary>
    public readonly void Run(int index)
    {
        long length = (long)ChannelsOfGroup * Cells, start = index * length;
        float* from = Input + start;
        float mean = (float)(Sum(from, length, 0, squares: false) / length);
        double variance = Sum(from, length, mean, squares: true) / length;
        float inverse = (float)(1 / Math.Sqrt(variance + Epsilon));
        for (int c = 0; c < ChannelsOfGroup; c++)
        {
            int channel = index % Groups * ChannelsOfGroup + c;
            float scale = inverse * Scale[channel], shift = Shift[channel] - mean * scale;
            Channel(start + (long)c * Cells, scale, shift);
        }
    }

    [SkipLocalsInit]
    private readonly void Channel(long start, float scale, float shift)
    {
        if (Output.Bytes is null)
        {
            Normalize(Input + start, Output.Floats + start, Cells, scale, shift);
            return;
        }

        float* floats = stackalloc float[Piece];
        for (int i = 0; i < Cells; i += Piece)
        {
            int count = Math.Min(Piece, Cells - i);
            Normalize(Input + start + i, floats, count, scale, shift);
            Output.Grid.Round(floats, count, Output.Bytes + start + i);
        }
    }

    private readonly void Normalize(float* from, float* to, int count, float scale, float shift)
    {
        if (Silu)
        {
            ScaleAndActivate(from, to, count, scale, shift);
        }
        else
        {
            ScaleOnly(from, to, count, scale, shift);
        }
    }

    /// <summary>
    /// Sum of the differences from a value, or of their squares. Lanes are emptied into double precision every so often: a group of
    /// a large picture has hundreds of thousands of values.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double Sum(float* values, long length, float from, bool squares)
    {
        const int run = 4096;
        var origin = Vector256.Create(from);
        double sum = 0;
        long i = 0;
        while (i + 16 <= length)
        {
            Vector256<float> first = default, second = default;
            for (long end = Math.Min(i + run, length - 15); i < end; i += 16)
            {
                var a = Vector256.Load(values + i) - origin;
                var b = Vector256.Load(values + i + 8) - origin;
                first = squares ? Vector256.FusedMultiplyAdd(a, a, first) : first + a;
                second = squares ? Vector256.FusedMultiplyAdd(b, b, second) : second + b;
            }

            sum += Vector256.Sum(first + second);
        }

        for (; i < length; i++)
        {
            float value = values[i] - from;
            sum += squares ? value * value : value;
        }

        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ScaleOnly(float* from, float* to, int count, float scale, float shift)
    {
        int i = 0;
        var scales = Vector256.Create(scale);
        var shifts = Vector256.Create(shift);
        for (; i <= count - 8; i += 8)
        {
            Vector256.FusedMultiplyAdd(Vector256.Load(from + i), scales, shifts).Store(to + i);
        }

        for (; i < count; i++)
        {
            to[i] = MathF.FusedMultiplyAdd(from[i], scale, shift);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ScaleAndActivate(float* from, float* to, int count, float scale, float shift)
    {
        int i = 0;
        var scales = Vector256.Create(scale);
        var shifts = Vector256.Create(shift);
        for (; i <= count - 8; i += 8)
        {
            var x = Vector256.FusedMultiplyAdd(Vector256.Load(from + i), scales, shifts);
            (x / (Vector256<float>.One + FloatExp.Of(-x))).Store(to + i);
        }

        for (; i < count; i++)
        {
            float x = MathF.FusedMultiplyAdd(from[i], scale, shift);
            to[i] = x / (1 + MathF.Exp(-x));
        }
    }
}
