using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Farthing.Diffusion.Operators.Rounding;

namespace Farthing.Diffusion.Operators.Norms;

/// <summary>
/// Layer normalization along the last axis, rounded to bytes, of x or of a sum x + y, which is then a second output: what a transformer
/// does between two quantized layers, as exporters write it in an Add, a LayerNormalization and a QuantizeLinear.
/// Inputs x (and y, of the same shape), scale and shift of the last axis' size; attribute <c>epsilon</c>.
/// </summary>
/// <param name="adds">Whether y is there.</param>
internal sealed class FusedLayerNorm(bool adds) : FusedOperator(adds ? Adding : Alone, inputs: adds ? 4 : 3, rounds: true, outputs: adds ? 2 : 1)
{
    public const string Alone = "FusedLayerNorm", Adding = "FusedAddLayerNorm";

    private readonly bool _adds = adds;

    /// <summary>Whether this processor has the instructions that make it faster than the operators it stands for.</summary>
    public static bool IsSupported => Vector256.IsHardwareAccelerated;

    public override FusedKernel CreateKernel(nint kernelInfo) => new Kernel(_adds, GridInput, OrtNative.FloatAttribute(kernelInfo, "epsilon\0"u8, 1e-5f));

    private sealed unsafe class Kernel(bool adds, int gridInput, float epsilon) : FusedKernel
    {
        public override void Compute(nint context)
        {
            nint x = OrtNative.Input(context, 0), scale = OrtNative.Input(context, gridInput - 2), shift = OrtNative.Input(context, gridInput - 1);
            Span<long> all = stackalloc long[OrtNative.MaxRank], other = stackalloc long[OrtNative.MaxRank];
            var sizes = Sizes(x, all);
            long width = sizes.Length == 0 ? 0 : sizes[^1];
            if (width == 0 || Sizes(scale, other) is not [var scales] || scales != width || Sizes(shift, other) is not [var shifts] || shifts != width)
            {
                throw new InvalidOperationException($"x [{string.Join(", ", sizes.ToArray())}] does not fit the number of scales and shifts");
            }

            var call = new LayerNormCall
            {
                X = (float*)OrtNative.Data(x),
                Scale = (float*)OrtNative.Data(scale),
                Shift = (float*)OrtNative.Data(shift),
                Output = (byte*)OrtNative.Data(OrtNative.Output(context, 0, sizes)),
                Grid = ByteGrid.Read(context, gridInput),
                Width = checked((int)width),
                Epsilon = epsilon,
            };
            if (adds)
            {
                nint y = OrtNative.Input(context, 1);
                if (!Sizes(y, other).SequenceEqual(sizes))
                {
                    throw new InvalidOperationException(
                        $"x [{string.Join(", ", sizes.ToArray())}] and y [{string.Join(", ", Sizes(y, other).ToArray())}] differ in shape");
                }

                call.Y = (float*)OrtNative.Data(y);
                call.Sum = (float*)OrtNative.Data(OrtNative.Output(context, 1, sizes));
            }

            call.Rows = 1;
            foreach (long size in sizes[..^1])
            {
                call.Rows *= size;
            }

            OrtNative.ParallelFor(context, &RunStrip, checked((int)call.Strips), &call);
        }

        private static Span<long> Sizes(nint value, Span<long> all) => all[..Math.Min(OrtNative.Shape(value, all), all.Length)];

        [UnmanagedCallersOnly]
        private static void RunStrip(void* state, nuint index) => ((LayerNormCall*)state)->Run((long)index);
    }
}
