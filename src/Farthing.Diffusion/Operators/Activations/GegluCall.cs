using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Farthing.Diffusion.Operators.Norms;
using Farthing.Diffusion.Operators.Rounding;

namespace Farthing.Diffusion.Operators.Activations;

/// <summary>One call of <see cref="FusedGeglu"/>: where its tensors lie, and the arithmetic of one piece of a half.</summary>
internal unsafe struct GegluCall
{
    /// <summary>Values that one thread takes at a time.</summary>
    private const int Piece = 2048;

    // erf(z) = 1 − (a₁t + … + a₅t⁵)·e^(−z²), t = 1/(1 + p·z), z ≥ 0, within 1.5·10⁻⁷ (Abramowitz and Stegun 1964, 7.1.26).
    private const float P = 0.3275911f, A1 = 0.254829592f, A2 = -0.284496736f, A3 = 1.421413741f, A4 = -1.453152027f, A5 = 1.061405429f;
    private const float InverseRoot2 = 0.70710678f;

    public float* Input;
    public OperatorOutput Output;

    /// <summary>Values of a half that lie side by side; its other half follows it.</summary>
    public long Half;

    public readonly long PiecesOfHalf => (Half + Piece - 1) / Piece;

    /// <summary>Makes a piece of the output. Pieces share nothing.</summary>
    [SkipLocalsInit]
    public readonly void Run(long index)
    {
        var (outer, piece) = Math.DivRem(index, PiecesOfHalf);
        long start = piece * Piece;
        int count = (int)Math.Min(Piece, Half - start);
        float* gated = Input + outer * 2 * Half + start;
        if (Output.Bytes is null)
        {
            Multiply(gated, gated + Half, Output.Floats + outer * Half + start, count);
            return;
        }

        float* floats = stackalloc float[Piece];
        Multiply(gated, gated + Half, floats, count);
        Output.Grid.Round(floats, count, Output.Bytes + outer * Half + start);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Multiply(float* gated, float* gate, float* to, int count)
    {
        int i = 0;
        for (; i <= count - 8; i += 8)
        {
            (Vector256.Load(gated + i) * Gelu(Vector256.Load(gate + i))).Store(to + i);
        }

        for (; i < count; i++)
        {
            to[i] = gated[i] * Gelu(Vector256.Create(gate[i]))[0];
        }
    }

    /// <summary>x/2 · (1 + erf(x/√2)).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Gelu(Vector256<float> x)
    {
        var z = Vector256.Abs(x) * InverseRoot2;
        var t = Vector256<float>.One / Vector256.FusedMultiplyAdd(z, Vector256.Create(P), Vector256<float>.One);
        var sum = Vector256.Create(A5);
        sum = Vector256.FusedMultiplyAdd(sum, t, Vector256.Create(A4));
        sum = Vector256.FusedMultiplyAdd(sum, t, Vector256.Create(A3));
        sum = Vector256.FusedMultiplyAdd(sum, t, Vector256.Create(A2));
        sum = Vector256.FusedMultiplyAdd(sum, t, Vector256.Create(A1));

        // x/2 · (1 − erf|z|) is all of it below zero and what is missing from x above.
        var rest = x * 0.5f * sum * t * FloatExp.Of(-z * z);
        return Vector256.ConditionalSelect(Vector256.LessThan(x, Vector256<float>.Zero), rest, x - rest);
    }
}
