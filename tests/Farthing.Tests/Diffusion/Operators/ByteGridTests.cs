using Farthing.Diffusion.Operators.Rounding;
using Farthing.Diffusion.Randomness;

namespace Farthing.Tests.Diffusion.Operators;

public sealed class ByteGridTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(31)]
    [InlineData(32)]
    [InlineData(77)]
    [InlineData(640)]
    public void Rounds_halves_to_even_and_holds_what_is_beyond(int count)
    {
        const float scale = 0.25f;
        const byte zero = 100;
        float[] values = new float[count];
        new TorchGenerator(3).FillNormal(values);
        for (int i = 0; i < count; i++)
        {
            values[i] = i % 3 == 0 ? (i % 40 - 20 + 0.5f) * scale : 30 * values[i];
        }

        var expected = values.Select(v => (byte)Math.Clamp(MathF.Round(v / scale) + zero, 0, 255));

        Assert.Equal(expected, Round(values, scale, zero));
    }

    [Fact]
    public void What_is_no_number_or_without_bound_stays_on_the_grid()
    {
        float[] values = [.. Enumerable.Repeat(1f, 40)];
        (values[0], values[1], values[2], values[3]) = (float.NaN, float.PositiveInfinity, float.NegativeInfinity, 3e38f);
        (values[36], values[37]) = (float.NaN, float.NegativeInfinity);

        byte[] bytes = Round(values, 0.5f, 7);

        Assert.Equal([7, 255, 0, 255, 9], bytes[..5]);
        Assert.Equal([7, 0, 9], bytes[36..39]);
    }

    private static unsafe byte[] Round(float[] values, float scale, byte zero)
    {
        byte[] bytes = new byte[values.Length];
        fixed (float* from = values)
        fixed (byte* to = bytes)
        {
            new ByteGrid(scale, zero).Round(from, values.Length, to);
        }

        return bytes;
    }
}
