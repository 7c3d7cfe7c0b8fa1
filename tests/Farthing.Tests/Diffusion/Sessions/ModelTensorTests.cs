using Farthing.Diffusion.Sessions;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Farthing.Tests.Diffusion.Sessions;

public sealed class ModelTensorTests
{
    [Theory]
    [InlineData(TensorElementType.Float)]
    [InlineData(TensorElementType.Float16)]
    public void Values_come_back_at_the_models_precision(TensorElementType type)
    {
        using var tensor = new ModelTensor(type, [2, 3]);
        float[] values = [0, 1.5f, -2.25f, 65504, 1f / 1024, -0f];
        tensor.Write(values.AsSpan(0, 3));
        tensor.Write(values.AsSpan(3), 3);

        float[] read = new float[6];
        tensor.Read(read);

        Assert.Equal(values, read);
    }

    [Theory]
    [InlineData(TensorElementType.Int64)]
    [InlineData(TensorElementType.Int32)]
    public void Ids_are_written_in_both_dialects(TensorElementType type)
    {
        using var tensor = new ModelTensor(type, [1, 4]);
        tensor.WriteIds([2046, 5, 7, 2047], 0);

        int[] ids = type == TensorElementType.Int64
            ? [.. tensor.Value.GetTensorDataAsSpan<long>().ToArray().Select(i => (int)i)]
            : tensor.Value.GetTensorDataAsSpan<int>().ToArray();

        Assert.Equal([2046, 5, 7, 2047], ids);
    }

    [Fact]
    public void A_timestep_may_be_a_scalar_or_a_whole_number()
    {
        using var scalar = new ModelTensor(TensorElementType.Float, []);
        using var whole = new ModelTensor(TensorElementType.Int64, [1]);
        scalar.WriteScalar(996.5f);
        whole.WriteScalar(999);

        Assert.Equal(996.5f, scalar.Value.GetTensorDataAsSpan<float>()[0]);
        Assert.Equal(999, whole.Value.GetTensorDataAsSpan<long>()[0]);
    }
}
