using System.Runtime.Intrinsics;

namespace Farthing.Diffusion.Randomness;

/// <summary>
/// Single-precision logarithm, sine and cosine of eight values by the polynomials of the Cephes library
/// (Moshier 1989), with fused multiply-adds where torch's vector build has them. The framework's own
/// functions round differently, and latents would no longer be those that torch draws from the same seed.
/// </summary>
internal static class CephesMath
{
    /// <summary>The natural logarithm of positive, finite values.</summary>
    public static Vector256<float> Log(Vector256<float> x)
    {
        var one = Vector256<float>.One;
        x = Vector256.Max(x, Vector256.Create(1.17549435e-38f));
        var bits = x.AsInt32();
        var exponent = Vector256.ConvertToSingle(Vector256.ShiftRightLogical(bits, 23) - Vector256.Create(0x7f)) + one;

        // The mantissa in [0.5, 1); below √½ it is doubled and the exponent lowered.
        var mantissa = ((bits & Vector256.Create(0x007fffff)) | Vector256.Create(0x3f000000)).AsSingle();
        var small = Vector256.LessThan(mantissa, Vector256.Create(0.707106781186547524f));
        exponent -= one & small;
        x = mantissa - one + (mantissa & small);

        var square = x * x;
        var y = Polynomial(
            x,
            7.0376836292e-2f, -1.1514610310e-1f, 1.1676998740e-1f, -1.2420140846e-1f, 1.4249322787e-1f,
            -1.6668057665e-1f, 2.0000714765e-1f, -2.4999993993e-1f, 3.3333331174e-1f);
        y = Fma(y * x, square, exponent * Vector256.Create(-2.12194440e-4f));
        y = Fma(square, Vector256.Create(-0.5f), y);
        return Fma(exponent, Vector256.Create(0.693359375f), x + y);
    }

    /// <summary>The sines and cosines of values from 0 to some thousands, in radians.</summary>
    public static (Vector256<float> Sin, Vector256<float> Cos) SinCos(Vector256<float> x)
    {
        // The octant, made even; 0, 2, 4, 6 stand for multiples of a quarter turn.
        var octant = Vector256.ConvertToInt32(x * Vector256.Create(1.27323954473516f));
        octant = (octant + Vector256<int>.One) & Vector256.Create(~1);
        var turns = Vector256.ConvertToSingle(octant);
        var sinSign = Vector256.ShiftLeft(octant & Vector256.Create(4), 29);
        var cosSign = Vector256.ShiftLeft((octant + Vector256.Create(2)) & Vector256.Create(4), 29);
        var swapped = Vector256.Equals(octant & Vector256.Create(2), Vector256.Create(2)).AsSingle();

        // π/4 in three parts keeps the remainder exact.
        x = Fma(turns, Vector256.Create(-0.78515625f), x);
        x = Fma(turns, Vector256.Create(-2.4187564849853515625e-4f), x);
        x = Fma(turns, Vector256.Create(-3.77489497744594108e-8f), x);

        var square = x * x;
        var cos = Polynomial(square, 2.443315711809948e-5f, -1.388731625493765e-3f, 4.166664568298827e-2f);
        cos = Fma(cos * square, square, square * Vector256.Create(-0.5f)) + Vector256<float>.One;
        var sin = Polynomial(square, -1.9515295891e-4f, 8.3321608736e-3f, -1.6666654611e-1f);
        sin = Fma(sin * square, x, x);

        return (
            Vector256.ConditionalSelect(swapped, cos, sin) ^ sinSign.AsSingle(),
            Vector256.ConditionalSelect(swapped, sin, cos) ^ cosSign.AsSingle());
    }

    private static Vector256<float> Polynomial(Vector256<float> x, params ReadOnlySpan<float> coefficients)
    {
        var y = Vector256.Create(coefficients[0]);
        foreach (float coefficient in coefficients[1..])
        {
            y = Fma(y, x, Vector256.Create(coefficient));
        }

        return y;
    }

    private static Vector256<float> Fma(Vector256<float> a, Vector256<float> b, Vector256<float> c) =>
        Vector256.FusedMultiplyAdd(a, b, c);
}
