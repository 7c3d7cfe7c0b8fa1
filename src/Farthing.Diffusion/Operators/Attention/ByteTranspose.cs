using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Farthing.Diffusion.Operators.Attention;

/// <summary>Turns up to 16 rows of bytes into columns: 16×16 bytes at a time, interleaved in registers in four rounds.</summary>
internal static unsafe class ByteTranspose
{
    private const int Side = 16;

    /// <summary>target[column·stride + row] = source[row·columns + column].</summary>
    /// <param name="source">[rows, columns].</param>
    /// <param name="rows">Rows: 1 to 16.</param>
    /// <param name="columns">Columns of the source.</param>
    /// <param name="target">Where column 0 goes; each column has room for <paramref name="rows"/> bytes.</param>
    /// <param name="stride">Bytes from one column to the next in the target.</param>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Turn(sbyte* source, int rows, int columns, sbyte* target, int stride)
    {
        int column = 0;
        if (rows == Side)
        {
            Vector128<sbyte>* a = stackalloc Vector128<sbyte>[Side], b = stackalloc Vector128<sbyte>[Side];
            for (; column <= columns - Side; column += Side)
            {
                for (int i = 0; i < Side; i++)
                {
                    a[i] = Vector128.Load(source + i * columns + column);
                }

                // A perfect shuffle of 256 bytes, four times, swaps the two halves of their 8-bit numbers.
                Interleave(a, b);
                Interleave(b, a);
                Interleave(a, b);
                Interleave(b, a);
                for (int i = 0; i < Side; i++)
                {
                    a[i].Store(target + (long)(column + i) * stride);
                }
            }
        }

        for (; column < columns; column++)
        {
            for (int row = 0; row < rows; row++)
            {
                target[(long)column * stride + row] = source[row * columns + column];
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Interleave(Vector128<sbyte>* from, Vector128<sbyte>* to)
    {
        for (int i = 0; i < Side / 2; i++)
        {
            to[2 * i] = Sse2.UnpackLow(from[i], from[i + Side / 2]);
            to[2 * i + 1] = Sse2.UnpackHigh(from[i], from[i + Side / 2]);
        }
    }
}
