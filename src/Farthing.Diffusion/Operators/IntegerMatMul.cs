using System.Runtime.InteropServices;
using Farthing.Diffusion.Graphs;

namespace Farthing.Diffusion.Operators;

/// <summary>
/// ONNX Runtime's own product of u8 and s8 matrices into s32 (its MatMulInteger), to be run on tiles inside an operator: it has
/// the processor's 8-bit instructions, which .NET 10 does not offer for 512-bit registers.
/// </summary>
internal sealed unsafe class IntegerMatMul : IDisposable
{
    private static readonly nint[] TypeNames =
        [Marshal.StringToCoTaskMemUTF8("T1"), Marshal.StringToCoTaskMemUTF8("T2"), Marshal.StringToCoTaskMemUTF8("T3")];

    private static readonly int[] Types = [OnnxTypes.UInt8, OnnxTypes.Int8, OnnxTypes.Int32];

    private readonly nint _op;
    private readonly byte* _zeroPoint;
    private readonly nint _zeroPointTensor;

    /// <summary>Makes it for one node.</summary>
    /// <param name="kernelInfo">The node.</param>
    /// <param name="zeroPoint">What stands for 0 on the left side.</param>
    public IntegerMatMul(nint kernelInfo, byte zeroPoint)
    {
        _op = OrtNative.CreateOperator(kernelInfo, "MatMulInteger\0"u8, 10, TypeNames, Types, zeroPoint == 0 ? 2 : 3);
        _zeroPoint = (byte*)NativeMemory.Alloc(1);
        *_zeroPoint = zeroPoint;
        _zeroPointTensor = zeroPoint == 0 ? 0 : OrtNative.Wrap(_zeroPoint, 1, [], OnnxTypes.UInt8);
    }

    /// <summary>output[i] = left[i] · right[i] for each of <paramref name="count"/> pairs that lie one after the other.</summary>
    /// <param name="context">The call that it is part of.</param>
    /// <param name="left">[count, rows, inner].</param>
    /// <param name="right">[count, inner, columns].</param>
    /// <param name="output">[count, rows, columns].</param>
    /// <param name="count">Pairs.</param>
    /// <param name="rows">Rows of the left side.</param>
    /// <param name="inner">Columns of the left side, rows of the right one.</param>
    /// <param name="columns">Columns of the right side.</param>
    public void Multiply(nint context, byte* left, sbyte* right, int* output, int count, int rows, int inner, int columns)
    {
        nint a = OrtNative.Wrap(left, (nuint)count * (nuint)rows * (nuint)inner, [count, rows, inner], OnnxTypes.UInt8);
        nint b = OrtNative.Wrap(right, (nuint)count * (nuint)inner * (nuint)columns, [count, inner, columns], OnnxTypes.Int8);
        nint c = OrtNative.Wrap(
            output, (nuint)count * (nuint)rows * (nuint)columns * sizeof(int), [count, rows, columns], OnnxTypes.Int32);
        try
        {
            ReadOnlySpan<nint> inputs = [a, b, _zeroPointTensor];
            OrtNative.Invoke(context, _op, _zeroPointTensor == 0 ? inputs[..2] : inputs, c);
        }
        finally
        {
            OrtNative.ReleaseTensor(a);
            OrtNative.ReleaseTensor(b);
            OrtNative.ReleaseTensor(c);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        OrtNative.ReleaseOperator(_op);
        if (_zeroPointTensor != 0)
        {
            OrtNative.ReleaseTensor(_zeroPointTensor);
        }

        NativeMemory.Free(_zeroPoint);
    }
}
