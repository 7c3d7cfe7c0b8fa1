using System.Globalization;
using System.Text;
using CsCheck;
using Farthing.Diffusion.Tokenizers.Unicode;
using Farthing.Tests.Goldens;

namespace Farthing.Tests.Diffusion.Tokenizers.Unicode;

public sealed class CanonicalCompositionTests
{
    [Fact]
    public void Form_c_is_Pythons()
    {
        string path = Path.Combine(
            Golden.RepositoryRoot, "tests", "Farthing.Tests", "Diffusion", "Tokenizers", "Unicode", "form-c.txt");
        string[] cases = [.. File.ReadLines(path).Where(l => !l.StartsWith('#'))];
        Assert.True(cases.Length > 1000);
        foreach (string line in cases)
        {
            string[] sides = [.. line.Split(" = ").Select(FromHex)];
            Assert.True(sides[1] == Compose(sides[0]), line);
        }
    }

    [Fact]
    public void Every_hangul_syllable_comes_back_from_its_parts()
    {
        for (int syllable = 0xAC00; syllable <= 0xD7A3; syllable++)
        {
            int i = syllable - 0xAC00;
            string parts = $"{(char)(0x1100 + (i / 588))}{(char)(0x1161 + (i / 28 % 21))}"
                + (i % 28 == 0 ? "" : $"{(char)(0x11A7 + (i % 28))}");
            Assert.Equal(new Rune(syllable).ToString(), Compose(parts));
        }
    }

    [Fact]
    public void What_is_taken_as_composed_is()
    {
        for (char c = '\0'; c < '\u0300'; c++)
        {
            Assert.True(CanonicalComposition.IsCertainlyComposed([c]));
            Assert.Equal(c.ToString(), Compose(c.ToString()));
        }

        Assert.False(CanonicalComposition.IsCertainlyComposed("e\u0301"));
    }

    [Fact]
    public void Composing_twice_changes_nothing_more() =>
        Gen.Int[0, 0x10FFFF].Where(Rune.IsValid).Array[0, 12].Sample(points =>
        {
            string once = Compose(string.Concat(points.Select(p => new Rune(p))));
            Assert.Equal(once, Compose(once));
        });

    [Fact]
    public void Marks_are_sorted_by_class_and_otherwise_kept_in_order() =>
        Assert.Equal("q\u0323\u0307\u0301", Compose("q\u0307\u0301\u0323"));

    private static string Compose(string text)
    {
        var points = new List<int>();
        CanonicalComposition.Compose(text, points);
        return string.Concat(points.Select(p => new Rune(p)));
    }

    private static string FromHex(string points) => string.Concat(points.Split(' ').Select(h =>
        new Rune(int.Parse(h, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture))));
}
