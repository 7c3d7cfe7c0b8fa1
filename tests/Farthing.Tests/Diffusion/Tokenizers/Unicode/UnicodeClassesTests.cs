using System.Globalization;
using System.Text;
using System.Text.Json;
using Farthing.Diffusion.Tokenizers.Unicode;
using Farthing.Tests.Goldens;

namespace Farthing.Tests.Diffusion.Tokenizers.Unicode;

/// <summary>.NET's character tables, with our overrides, against those of the tokenizers library.</summary>
public sealed class UnicodeClassesTests
{
    private static readonly JsonElement Reference =
        Golden.Json("clip-tokenizer", "unicode-classes.json").RootElement.Clone();

    [Fact]
    public void Letters_are_the_same() => AssertSame("L", Rune.IsLetter);

    [Fact]
    public void Numbers_are_the_same() => AssertSame("N", Rune.IsNumber);

    [Fact]
    public void White_space_is_the_same() => AssertSame("whitespace", Rune.IsWhiteSpace);

    [Fact]
    public void Lower_case_is_the_same()
    {
        var expected = Reference.GetProperty("lower").EnumerateObject()
            .ToDictionary(p => Hex(p.Name), p => string.Concat(p.Value.GetString()!.Split(' ').Select(h => new Rune(Hex(h)))));
        foreach (var rune in AllRunes())
        {
            var lower = new StringBuilder();
            LowerCase.Append(rune.Value, lower);
            string want = expected.GetValueOrDefault(rune.Value, rune.ToString());
            Assert.True(want == lower.ToString(), $"U+{rune.Value:X4}: want {want}, have {lower}");
        }
    }

    private static void AssertSame(string name, Func<Rune, bool> predicate)
    {
        var expected = new HashSet<int>();
        foreach (string range in Reference.GetProperty(name).GetString()!.Split(' '))
        {
            string[] ends = range.Split('-');
            expected.UnionWith(Enumerable.Range(Hex(ends[0]), Hex(ends[^1]) - Hex(ends[0]) + 1));
        }

        int[] wrong = [.. AllRunes().Where(r => predicate(r) != expected.Contains(r.Value)).Select(r => r.Value)];
        Assert.True(wrong.Length == 0, $"{wrong.Length} differ, such as U+{wrong.FirstOrDefault():X4}");
    }

    private static IEnumerable<Rune> AllRunes() =>
        Enumerable.Range(1, 0x10FFFF).Where(Rune.IsValid).Select(c => new Rune(c));

    private static int Hex(string digits) => int.Parse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
