using System.Text;

namespace Farthing.Diffusion.Tokenizers.Unicode;

/// <summary>
/// Lower-casing code point by code point, as Rust's <c>char::to_lowercase</c> has it. .NET's own table differs in 29
/// places: U+0130 becomes two code points, and the letters of later Unicode versions below are not in it.
/// </summary>
internal static class LowerCase
{
    private const int CapitalIWithDot = 0x130;
    private const int CombiningDotAbove = 0x307;
    private const int FirstBeriaErfeCapital = 0x16EA0;
    private const int LastBeriaErfeCapital = 0x16EB8;
    private const int BeriaErfeDistance = 0x1B;

    /// <summary>Appends the lower case of a code point: one or two code points.</summary>
    public static void Append(int codePoint, StringBuilder target)
    {
        if (codePoint == CapitalIWithDot)
        {
            target.Append('i').Append((char)CombiningDotAbove);
            return;
        }

        target.Append(new Rune(codePoint switch
        {
            0xA7CE or 0xA7D2 or 0xA7D4 => codePoint + 1,
            >= FirstBeriaErfeCapital and <= LastBeriaErfeCapital => codePoint + BeriaErfeDistance,
            _ => Rune.ToLowerInvariant(new Rune(codePoint)).Value,
        }));
    }
}
