using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Farthing.Diffusion.Operators.Rounding;

namespace Farthing.Diffusion.Operators.Norms;

/// <summary>
/// Group normalization with a scale and a shift a channel, and x · sigmoid(x) behind it where <c>silu</c> is 1: what exporters write
/// as seven operators, each of which goes through memory. Inputs x [batch, channels, height, width], scale and shift of
/// channels elements; output as x; attributes <c>groups</c>, <c>epsilon</c> and <c>silu</c>. Exact to rounding.
/// </summary>
internal sealed class FusedGroupNorm(bool rounds) : FusedOperator("FusedGroupNorm", inputs: 3, rounds)
{
    /// <summary>Whether this processor has the instructions that make it faster than the operators it stands for.</summary>
    public static bool IsSupported => Vector256.IsHardwareAccelerated;

    public override FusedKernel CreateKernel(nint kernelInfo)
    {
        long groups = OrtNative.IntegerAttribute(kernelInfo, "groups\0"u8, 0);
        return groups > 0
            ? new Kernel((int)groups, OrtNative.FloatAttribute(kernelInfo, "epsilon\0"u8, 1e-5f), OrtNative.IntegerAttribute(kernelInfo, "silu\0"u8, 0) == 1, Rounds ? GridInput : null)
            : throw new InvalidOperationException("groups is missing or not positive");
    }

    private sealed unsafe class Kernel(int groups, float epsilon, bool silu, int? gridInput) : FusedKernel
    {
        public override void Compute(nint context)
        {
            nint input = OrtNative.Input(context, 0), scale = OrtNative.Input(context, 1), shift = OrtNative.Input(context, 2);
            Span<long> sizes = stackalloc long[4], scales = stackalloc long[4], shifts = stackalloc long[4];
            int rank = OrtNative.Shape(input, sizes);
            long channels = sizes[1];
            if (rank != 4 || channels % groups != 0 || Count(scale, scales) != channels || Count(shift, shifts) != channels)
            {
                throw new InvalidOperationException(
                    $"x of rank {rank} with {channels} channels does not fit {groups} groups or the number of scales and shifts");
            }

            var call = new GroupNormCall
            {
                Input = (float*)OrtNative.Data(input),
                Scale = (float*)OrtNative.Data(scale),
                Shift = (float*)OrtNative.Data(shift),
                Groups = groups,
                ChannelsOfGroup = (int)(channels / groups),
                Cells = checked((int)(sizes[2] * sizes[3])),
                Epsilon = epsilon,
                Silu = silu,
            };
            call.Output = OperatorOutput.Make(context, sizes, gridInput);

            OrtNative.ParallelFor(context, &RunGroup, checked((int)sizes[0] * groups), &call);
        }

        private static long Count(nint value, Span<long> sizes)
        {
            int rank = OrtNative.Shape(value, sizes);
            long count = 1;
            foreach (long size in sizes[..Math.Min(rank, sizes.Length)])
            {
                count *= size;
            }

            return count;
        }

        [UnmanagedCallersOnly]
        private static void RunGroup(void* state, nuint index) => ((GroupNormCall*)state)->Run((int)index);
    }
}
