using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace Farthing.Diffusion.Operators.Attention;

/// <summary>
/// softmax(scale · q·kᵀ)·v of several heads with 16-bit integer products, whose scores never reach memory.
/// Inputs query [batch, queries, width], key and value [batch, keys, width]; output as query; attributes <c>num_heads</c> and
/// <c>scale</c>, as ONNX Runtime's MultiHeadAttention has them. Scales are found at run time: it needs no calibration.
/// </summary>
internal sealed class FusedAttention() : FusedOperator("FusedAttention", inputs: 3)
{
    /// <summary>Whether this processor has the instructions: AVX-512 with 16-bit integers.</summary>
    public static bool IsSupported => Avx512BW.IsSupported;

    public override FusedKernel CreateKernel(nint kernelInfo)
    {
        long heads = OrtNative.IntegerAttribute(kernelInfo, "num_heads\0"u8, 0);
        return heads > 0
            ? new Kernel((int)heads, OrtNative.FloatAttribute(kernelInfo, "scale\0"u8, 0))
            : throw new InvalidOperationException("num_heads is missing or not positive");
    }

    private sealed unsafe class Kernel(int heads, float scale) : FusedKernel
    {
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
            nint output = OrtNative.Output(context, 0, q);
            int all = shape.Batch * shape.Heads, blocks = (shape.Queries + AttentionShape.BlockQueries - 1) / AttentionShape.BlockQueries;
            nuint packed = (nuint)shape.PaddedKeys * (nuint)shape.PaddedHead * sizeof(short);
            var scratch = Scratch.Rent((nuint)all * (2 * packed + (nuint)sizeof(QueryBlock.Head)));
            try
            {
                var call = new Call
                {
                    Shape = shape,
                    Scale = scale != 0 ? scale : 1 / MathF.Sqrt(shape.Head),
                    Query = (float*)OrtNative.Data(query),
                    Key = (float*)OrtNative.Data(key),
                    Value = (float*)OrtNative.Data(value),
                    Output = (float*)OrtNative.Data(output),
                    Blocks = blocks,
                    Packed = (byte*)scratch.Address,
                    PackedBytes = packed,
                    Heads = (QueryBlock.Head*)((byte*)scratch.Address + (nuint)all * 2 * packed),
                };
                OrtNative.ParallelFor(context, &Pack, all, &call);
                OrtNative.ParallelFor(context, &Attend, all * blocks, &call);
            }
            finally
            {
                Scratch.Return(scratch);
            }
        }

        /// <summary>Keys and values of one head of one row.</summary>
        [UnmanagedCallersOnly]
        private static void Pack(void* state, nuint index)
        {
            var call = (Call*)state;
            byte* keys = call->Packed + index * 2 * call->PackedBytes, values = keys + call->PackedBytes;
            long start = call->Start((int)index, call->Shape.Keys);
            call->Heads[index] = new QueryBlock.Head(
                call->Shape,
                (nint)keys,
                AttentionPacking.Keys(call->Shape, call->Key + start, (short*)keys),
                (nint)values,
                AttentionPacking.Values(call->Shape, call->Value + start, (short*)values),
                call->Scale);
        }

        /// <summary>A block of queries of one head of one row.</summary>
        [UnmanagedCallersOnly]
        private static void Attend(void* state, nuint index)
        {
            var call = (Call*)state;
            var (head, block) = Math.DivRem((int)index, call->Blocks);
            int first = block * AttentionShape.BlockQueries;
            long start = call->Start(head, call->Shape.Queries) + (long)first * call->Shape.Width;
            QueryBlock.Attend(
                call->Heads[head],
                call->Query + start,
                Math.Min(AttentionShape.BlockQueries, call->Shape.Queries - first),
                call->Output + start);
        }
    }

    private unsafe struct Call
    {
        public AttentionShape Shape;
        public float Scale;
        public float* Query;
        public float* Key;
        public float* Value;
        public float* Output;
        public int Blocks;
        public byte* Packed;
        public nuint PackedBytes;
        public QueryBlock.Head* Heads;

        /// <summary>Where the first token's channels of a head begin: heads stand side by side in a token.</summary>
        public readonly long Start(int head, int tokens)
        {
            var (row, column) = Math.DivRem(head, Shape.Heads);
            return (long)row * tokens * Shape.Width + (long)column * Shape.Head;
        }
    }
}
