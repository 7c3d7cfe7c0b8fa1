using System.Globalization;
using System.Text.RegularExpressions;
using CsCheck;
using Farthing.Gateway.SemanticCache.Guarding;

namespace Farthing.Tests.Gateway.SemanticCache;

/// <summary>What holds for any caption, tried on those of both sets.</summary>
public sealed partial class GuardPropertyTests
{
    private static readonly string[] Colours = ["red", "blue", "green", "black", "white", "yellow", "purple", "pink", "grey", "brown", "teal", "beige", "navy", "burgundy"];
    private static readonly string[] Added = ["velour", "Quibble", "antique", "zorbo", "tall"];
    private static readonly Gen<string> Text = Gen.Int[0, SharedGuard.Dev.Count + SharedGuard.Second.Count - 1]
        .Select(static at => at < SharedGuard.Dev.Count ? SharedGuard.Dev[at].A : SharedGuard.Second[at - SharedGuard.Dev.Count].B);

    private static CaptionGuard Guard => SharedGuard.Guard;

    [Fact]
    public void The_order_of_two_texts_does_not_matter()
    {
        foreach (var pair in SharedGuard.Dev.Concat(SharedGuard.Second))
        {
            (GuardText one, GuardText other) = (Guard.Read(pair.A), Guard.Read(pair.B));
            Assert.True(Guard.Compare(one, other).IsSame == Guard.Compare(other, one).IsSame, $"{pair.Id}: {pair.A} / {pair.B}");
        }
    }

    [Fact]
    public void Harmless_changes_of_the_surface_are_the_same() => Text.Sample(static text =>
    {
        foreach (string changed in (string[])[text.ToUpperInvariant(), text.ToLowerInvariant(), $"  {text} \n", text + ".", $"\u200b{text}", text.Replace('\'', '\u2019'), $"Please: {text}", text + " Thanks!"])
        {
            Assert.True(Guard.Compare(text, changed).IsSame, $"{Guard.Compare(text, changed)}: {text} / {changed}");
        }
    });

    [Fact]
    public void Another_number_is_never_the_same() => Gen.Select(Text, Gen.Int[1, 9], Gen.Int[0, 9]).Sample(static (text, more, at) =>
    {
        Match[] numbers = [.. Digits().Matches(text).Cast<Match>()];
        if (numbers.Length > 0)
        {
            Match number = numbers[at % numbers.Length];
            int value = int.Parse(number.Value, CultureInfo.InvariantCulture) + more;
            string changed = text[..number.Index] + value.ToString(CultureInfo.InvariantCulture) + text[(number.Index + number.Length)..];
            Assert.False(Guard.Compare(text, changed).IsSame, $"{text} / {changed}");
        }
    });

    [Fact]
    public void Another_colour_is_never_the_same() => Gen.Select(Text, Gen.Int[1, Colours.Length - 1]).Sample(static (text, other) =>
    {
        foreach (Match found in Words().Matches(text).Cast<Match>())
        {
            int at = Array.IndexOf(Colours, found.Value.ToLowerInvariant());
            if (at >= 0)
            {
                string changed = text[..found.Index] + Colours[(at + other) % Colours.Length] + text[(found.Index + found.Length)..];
                string without = text[..found.Index] + text[(found.Index + found.Length)..];
                Assert.False(Guard.Compare(text, changed).IsSame, $"{text} / {changed}");
                Assert.False(Guard.Compare(text, without).IsSame && found.Value != "blue", $"{text} / {without}");
            }
        }
    });

    [Fact]
    public void Another_negation_is_never_the_same() => Text.Sample(static text =>
    {
        foreach (Match found in Negation().Matches(text).Cast<Match>())
        {
            bool denies = !found.Value.Equals("with", StringComparison.OrdinalIgnoreCase);
            foreach (string other in denies ? (string[])["with", "", "and"] : ["without", "no"])
            {
                string changed = text[..found.Index] + other + text[(found.Index + found.Length)..];
                Assert.False(Guard.Compare(text, changed).IsSame, $"{text} / {changed}");
            }
        }
    });

    [Fact]
    public void A_word_more_is_never_the_same() => Gen.Select(Text, Gen.Int[0, Added.Length - 1].Select(static at => Added[at])).Sample(static (text, word) =>
        Assert.False(Guard.Compare(text, $"{text}, {word}").IsSame, $"{text} / {word}"));

    [Fact]
    public void Any_text_at_all_can_be_read() => Gen.Select(Gen.String, Gen.String).Sample(static (one, other) =>
    {
        Guard.Compare(one, other);
        Assert.True(Guard.Compare(one, one).IsSame);
    });

    [GeneratedRegex(@"(?<![\w.,])[1-9]\d{0,4}(?![\w.,]\d)(?=\b)")]
    private static partial Regex Digits();

    [GeneratedRegex("[A-Za-z]+")]
    private static partial Regex Words();

    [GeneratedRegex(@"\b(with|without|no)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Negation();
}
