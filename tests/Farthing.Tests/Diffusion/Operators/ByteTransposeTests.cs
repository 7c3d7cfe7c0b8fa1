using CsCheck;
using Farthing.Diffusion.Operators.Attention;

namespace Farthing.Tests.Diffusion.Operators;

public sealed class ByteTransposeTests
{
    [Fact]
    public void Columns_of_any_size_stand_where_the_stride_says() =>
        Gen.Select(Gen.Int[1, 16], Gen.Int[1, 70], Gen.Int[16, 40]).Sample((rows, columns, stride) =>
        {
            const sbyte untouched = 77;
            sbyte[] source = [.. Enumerable.Range(0, rows * columns).Select(i => (sbyte)(i % 61 - 30))];
            sbyte[] target = new sbyte[columns * stride];
            Array.Fill(target, untouched);

            Turn(source, rows, columns, target, stride);

            for (int i = 0; i < target.Length; i++)
            {
                var (column, row) = Math.DivRem(i, stride);
                Assert.Equal(row < rows ? source[row * columns + column] : untouched, target[i]);
            }
        });

    private static unsafe void Turn(sbyte[] source, int rows, int columns, sbyte[] target, int stride)
    {
        fixed (sbyte* from = source, to = target)
        {
            ByteTranspose.Turn(from, rows, columns, to, stride);
        }
    }
}
