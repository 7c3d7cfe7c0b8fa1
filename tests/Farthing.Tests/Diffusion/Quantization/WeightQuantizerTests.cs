using CsCheck;
using Farthing.Diffusion.Quantization;

namespace Farthing.Tests.Diffusion.Quantization;

public sealed class WeightQuantizerTests
{
    private static readonly Gen<(int Inputs, int Channels, float[] Values)> Matrices =
        Gen.Select(Gen.Int[1, 70], Gen.Int[1, 70]).SelectMany(
            (inputs, channels) => Gen.Float[-10f, 10f].Array[inputs * channels].Select(values => (inputs, channels, values)));

    [Fact]
    public void No_weight_is_off_by_more_than_half_a_step_and_the_greatest_of_a_channel_is_exact() => Matrices.Sample(matrix =>
    {
        var (inputs, channels, values) = matrix;
        sbyte[] bytes = new sbyte[values.Length];
        float[] scales = new float[channels];
        double error = WeightQuantizer.Columns(values, bytes, scales);
        double squares = 0, norm = 0;
        for (int c = 0; c < channels; c++)
        {
            float greatest = 0;
            int code = 0;
            for (int i = 0; i < inputs; i++)
            {
                float value = values[(i * channels) + c];
                sbyte quantized = bytes[(i * channels) + c];
                float difference = value - (quantized * scales[c]);
                Assert.InRange(Math.Abs(difference), 0, scales[c] * 0.50001f);
                squares += difference * difference;
                norm += value * value;
                greatest = Math.Max(greatest, Math.Abs(value));
                code = Math.Max(code, Math.Abs((int)quantized));
            }

            // Below the least scale there is nothing to be exact about.
            Assert.True(code == 127 || greatest < 2e-10f);
        }

        double expected = norm == 0 ? 0 : Math.Sqrt(squares / norm);
        Assert.InRange(error, expected - 1e-5, expected + 1e-5);
    });

    [Fact]
    public void Filters_quantize_as_columns_of_the_transposed_matrix_do() => Matrices.Sample(matrix =>
    {
        var (inputs, channels, values) = matrix;
        float[] filters = new float[values.Length], scales = new float[channels], filterScales = new float[channels];
        for (int i = 0; i < values.Length; i++)
        {
            filters[(i % channels * inputs) + (i / channels)] = values[i];
        }

        sbyte[] bytes = new sbyte[values.Length], filterBytes = new sbyte[values.Length];
        WeightQuantizer.Columns(values, bytes, scales);
        WeightQuantizer.Rows(filters, [], filterBytes, filterScales);
        Assert.Equal(scales, filterScales);
        Assert.All(Enumerable.Range(0, values.Length), i => Assert.Equal(bytes[i], filterBytes[(i % channels * inputs) + (i / channels)]));
    });

    [Fact]
    public void A_filter_whose_bias_would_overflow_32_bits_gets_a_wider_scale()
    {
        float[] weights = [1e-9f, 1f], scales = new float[2];
        WeightQuantizer.Rows(weights, CpuForm.LeastScales([5f, 5f], inputScale: 0.01f), new sbyte[2], scales);

        Assert.All(scales, scale => Assert.InRange(5 / (0.01 * scale), 0, 1.0001 * (1 << 30)));
        Assert.Equal(1f / 127, scales[1]);
    }

    [Fact]
    public void Weights_that_are_not_finite_are_told()
    {
        Assert.False(double.IsFinite(WeightQuantizer.Columns([1, float.NaN], new sbyte[2], new float[1])));
        Assert.False(double.IsFinite(WeightQuantizer.Rows([1, float.PositiveInfinity], [], new sbyte[2], new float[1])));
    }
}
