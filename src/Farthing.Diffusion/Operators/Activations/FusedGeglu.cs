using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Farthing.Diffusion.Operators.Rounding;

namespace Farthing.Diffusion.Operators.Activations;

/// <summary>
/// The gated activation of a transformer's feed-forward part (Shazeer 2020, "GLU Variants Improve Transformer"): x is cut into
/// halves a and b along <c>axis</c>, and a · gelu(b) comes out. Exporters write it as nine operators. Input x of any rank whose
/// size along the axis is even; output as x with half that size; attribute <c>axis</c>, from 0, or from the end where negative.
/// Exact to 2·10⁻⁷ of a · b.
/// </summary>
internal sealed class FusedGeglu(bool rounds) : FusedOperator("FusedGeglu", inputs: 1, rounds)
{
    /// <summary>Whether this processor has the instructions that make it faster than the operators it stands for.</summary>
    public static bool IsSupported => Vector256.IsHardwareAccelerated;

    public override FusedKernel CreateKernel(nint kernelInfo) => new Kernel((int)OrtNative.IntegerAttribute(kernelInfo, "axis\0"u8, -1), Rounds ? GridInput : null);

    public override nint InferShape(nint inferContext) =>
        OrtNative.CopyShape(inferContext, OrtNative.InferenceAttribute(inferContext, "axis\0"u8, -1));

    private sealed unsafe class Kernel(int axis, int? gridInput) : FusedKernel
    {
        public override void Compute(nint context)
        {
            nint input = OrtNative.Input(context, 0);
            Span<long> all = stackalloc long[OrtNative.MaxRank];
            int rank = OrtNative.Shape(input, all);
            var sizes = all[..Math.Min(rank, all.Length)];
            int along = axis < 0 ? axis + rank : axis;
            if (rank > all.Length || along < 0 || along >= rank || sizes[along] % 2 != 0)
            {
                throw new InvalidOperationException($"x [{string.Join(", ", sizes.ToArray())}] has no halves along axis {axis}");
            }

            sizes[along] /= 2;
            var call = new GegluCall { Input = (float*)OrtNative.Data(input), Half = Product(sizes[along..]) };
            call.Output = OperatorOutput.Make(context, sizes, gridInput);

            long pieces = Product(sizes[..along]) * call.PiecesOfHalf;
            OrtNative.ParallelFor(context, &RunPiece, checked((int)pieces), &call);
        }

        private static long Product(ReadOnlySpan<long> sizes)
        {
            long product = 1;
            foreach (long size in sizes)
            {
                product *= size;
            }

            return product;
        }

        [UnmanagedCallersOnly]
        private static void RunPiece(void* state, nuint index) => ((GegluCall*)state)->Run((long)index);
    }
}
