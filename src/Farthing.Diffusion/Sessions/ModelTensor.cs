using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Farthing.Diffusion.Sessions;

/// <summary>
/// A preallocated tensor of ONNX Runtime's in native memory, written and read as float32 whatever the model's own
/// element type is. One thread at a time.
/// </summary>
internal sealed class ModelTensor : IDisposable
{
    private readonly OrtValue _value;

    public ModelTensor(TensorElementType elementType, ReadOnlySpan<long> shape)
    {
        ElementType = elementType;
        Length = checked((int)Elements(shape));
        Shape = shape.ToArray();
        _value = OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, elementType, Shape);
    }

    public TensorElementType ElementType { get; }

    public long[] Shape { get; }

    /// <summary>Number of elements.</summary>
    public int Length { get; }

    public OrtValue Value => _value;

    /// <summary>The element types that <see cref="Write"/> and <see cref="Read"/> know.</summary>
    public static bool IsFloating(TensorElementType type) => type is TensorElementType.Float or TensorElementType.Float16;

    /// <summary>Writes values from <paramref name="start"/> on, rounded to float16 where the tensor holds that.</summary>
    public void Write(ReadOnlySpan<float> values, int start = 0)
    {
        if (ElementType == TensorElementType.Float)
        {
            values.CopyTo(_value.GetTensorMutableDataAsSpan<float>()[start..]);
        }
        else
        {
            TensorPrimitives.ConvertToHalf(values, Halves().Slice(start, values.Length));
        }
    }

    /// <summary>Reads values from <paramref name="start"/> on.</summary>
    public void Read(Span<float> destination, int start = 0)
    {
        if (ElementType == TensorElementType.Float)
        {
            _value.GetTensorDataAsSpan<float>().Slice(start, destination.Length).CopyTo(destination);
        }
        else
        {
            TensorPrimitives.ConvertToSingle(Halves().Slice(start, destination.Length), destination);
        }
    }

    /// <summary>Writes one number to a scalar or [1] tensor: a timestep, which some exports take as int64.</summary>
    public void WriteScalar(float value)
    {
        switch (ElementType)
        {
            case TensorElementType.Int64:
                _value.GetTensorMutableDataAsSpan<long>().Fill((long)MathF.Round(value));
                break;
            case TensorElementType.Int32:
                _value.GetTensorMutableDataAsSpan<int>().Fill((int)MathF.Round(value));
                break;
            case TensorElementType.Float16:
                Halves().Fill((Half)value);
                break;
            default:
                _value.GetTensorMutableDataAsSpan<float>().Fill(value);
                break;
        }
    }

    /// <summary>Writes token ids as the element type asks: int64, or int32 in older exports.</summary>
    public void WriteIds(ReadOnlySpan<int> ids, int start)
    {
        if (ElementType == TensorElementType.Int32)
        {
            ids.CopyTo(_value.GetTensorMutableDataAsSpan<int>()[start..]);
        }
        else
        {
            TensorPrimitives.ConvertTruncating(ids, _value.GetTensorMutableDataAsSpan<long>()[start..]);
        }
    }

    public void Dispose() => _value.Dispose();

    private static long Elements(ReadOnlySpan<long> shape)
    {
        long count = 1;
        foreach (long size in shape)
        {
            count = checked(count * size);
        }

        return count;
    }

    private Span<Half> Halves() => MemoryMarshal.Cast<byte, Half>(_value.GetTensorMutableRawData());
}
