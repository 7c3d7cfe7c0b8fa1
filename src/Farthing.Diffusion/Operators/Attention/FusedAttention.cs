using System.Runtime.Intrinsics.X86;
using Farthing.Diffusion.Operators.Rounding;

namespace Farthing.Diffusion.Operators.Attention;

/// <summary>
/// softmax(scale · q·kᵀ)·v of several heads, both products in 8-bit integers, whose scores never reach memory.
/// Inputs query [batch, queries, width], key and value [batch, keys, width]; output as query; attributes <c>num_heads</c> and
/// <c>scale</c>, as ONNX Runtime's MultiHeadAttention has them. Scales are found at run time: it needs no calibration.
/// </summary>
internal sealed class FusedAttention(bool rounds) : FusedOperator("FusedAttention", inputs: 3, rounds)
{
    /// <summary>Whether this processor has the instructions: AVX-512.</summary>
    public static bool IsSupported => Avx512BW.IsSupported;

    public override FusedKernel CreateKernel(nint kernelInfo)
    {
        long heads = OrtNative.IntegerAttribute(kernelInfo, "num_heads\0"u8, 0);
        return heads > 0
            ? new Kernel(kernelInfo, (int)heads, OrtNative.FloatAttribute(kernelInfo, "scale\0"u8, 0), Rounds ? GridInput : null)
            : throw new InvalidOperationException("num_heads is missing or not positive");
    }

    private sealed unsafe class Kernel(nint kernelInfo, int heads, float scale, int? gridInput) : FusedKernel
    {
        private readonly IntegerMatMul _scores = new(kernelInfo, AttentionRounding.Zero);
        private readonly IntegerMatMul _sums = new(kernelInfo, zeroPoint: 0);

        public override void Compute(nint context)
        {
            nint query = OrtNative.Input(context, 0), key = OrtNative.Input(context, 1), value = OrtNative.Input(context, 2);
            Span<long> q = stackalloc long[3], k = stackalloc long[3], v = stackalloc long[3];
            if (OrtNative.Shape(query, q) != 3 || OrtNative.Shape(key, k) != 3 || OrtNative.Shape(value, v) != 3
                || !k.SequenceEqual(v) || q[0] != k[0] || q[2] != k[2] || q[2] % heads != 0 || k[1] == 0)
            {
                throw new InvalidOperationException(
                    $"query [{q[0]}, {q[1]}, {q[2]}], key [{k[0]}, {k[1]}, {k[2]}] and value [{v[0]}, {v[1]}, {v[2]}] do not fit {heads} heads");
            }

            var shape = new AttentionShape((int)q[0], heads, checked((int)q[1]), checked((int)k[1]), (int)(q[2] / heads));
            var scratch = Scratch.Rent(AttentionBuffers.Bytes(shape));
            try
            {
                var call = new AttentionCall
                {
                    Shape = shape,
                    Scale = scale != 0 ? scale : 1 / MathF.Sqrt(shape.Head),
                    Query = (float*)OrtNative.Data(query),
                    Key = (float*)OrtNative.Data(key),
                    Value = (float*)OrtNative.Data(value),
                    Buffers = AttentionBuffers.Over(shape, scratch.Address),
                };
                call.Output = OperatorOutput.Make(context, q, gridInput);

                call.Run(context, _scores, _sums);
            }
            finally
            {
                Scratch.Return(scratch);
            }
        }

        public override void Dispose()
        {
            _scores.Dispose();
            _sums.Dispose();
            base.Dispose();
        }
    }
}
