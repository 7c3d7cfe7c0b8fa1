using System.Globalization;
using System.Text.Json;

namespace Farthing.Bench.Guard;

/// <summary>
/// Makes labelled pairs of the second shop by rule, with a fixed seed: the kinds of samples/caption-pairs, other words.
/// </summary>
internal sealed class OtherPairs(int seed)
{
    private static readonly string[] Separators = [", ", ", ", ", ", "; ", " | ", " / ", " - "];
    private static readonly string[] SameKinds =
        ["identical", "surface", "order", "synonym", "filler", "typo", "unit", "number-word", "abbreviation", "spelling", "wording", "combined"];

    private static readonly string[] OtherKinds =
        ["colour", "material", "count", "measure", "negation", "product", "pattern", "brand", "audience", "background", "lighting", "angle", "style", "language", "roles", "missing", "unrelated"];

    private readonly Random _random = new(seed);

    /// <summary>Writes pairs, as many of each kind.</summary>
    public void Write(TextWriter output, int perKind)
    {
        int number = 0;
        foreach (bool same in (bool[])[true, false])
        {
            foreach (string kind in same ? SameKinds : OtherKinds)
            {
                for (int made = 0; made < perKind;)
                {
                    if (Make(kind, same) is not var (a, b) || (a == b) != (kind == "identical"))
                    {
                        continue;
                    }

                    made++;
                    (a, b) = _random.Next(2) == 0 ? (a, b) : (b, a);
                    output.WriteLine(string.Create(
                        CultureInfo.InvariantCulture,
                        $"{{\"id\": \"s{++number:00000}\", \"a\": {Quote(a)}, \"b\": {Quote(b)}, \"same\": {(same ? "true" : "false")}, \"kind\": \"{kind}\"}}"));
                }
            }
        }
    }

    private static string Quote(string text) => JsonSerializer.Serialize(text, QuoteOptions);

    private static readonly JsonSerializerOptions QuoteOptions = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private T Pick<T>(T[] from) => from[_random.Next(from.Length)];

    private T Other<T>(T[] from, T not)
    {
        T picked;
        do
        {
            picked = Pick(from);
        }
        while (EqualityComparer<T>.Default.Equals(picked, not));
        return picked;
    }

    private string[] Templates() => _random.Next(5) switch { 0 => ["{x}", "A {x}"], 1 or 2 => OtherWords.Captions, _ => OtherWords.Prompts };

    private static string Put(string template, string text)
    {
        bool isSentence = template.StartsWith("{x}", StringComparison.Ordinal) || template.EndsWith(": {x}", StringComparison.Ordinal);
        string said = isSentence ? text : Article(text);
        string put = template.StartsWith("A {x}", StringComparison.Ordinal) ? Article(text) : template.Replace("{x}", said, StringComparison.Ordinal);
        return char.ToUpperInvariant(put[0]) + put[1..];
    }

    private static string Article(string text) => ("aeiou".Contains(char.ToLowerInvariant(text[0]), StringComparison.Ordinal) ? "an " : "a ") + text;

    private (string A, string B)? Make(string kind, bool same)
    {
        string[] templates = Templates();
        string template = Pick(templates);
        int order = _random.Next(16);
        string separator = Pick(Separators);
        OtherScene scene = OtherScene.Draw(_random);
        string text = Put(template, scene.Say(order, separator));
        if (kind == "roles")
        {
            return Roles(template);
        }

        if (!same)
        {
            if (Changed(kind, scene) is not { } changed)
            {
                return null;
            }

            string other = Put(template, changed.Say(order, separator));
            if (_random.NextDouble() < 0.4)
            {
                other = _random.Next(4) switch
                {
                    0 => Reworded("synonym", other) ?? other,
                    1 => Put(template, changed.Say(_random.Next(16), separator)),
                    2 => Reworded("filler", other) ?? other,
                    _ => Put(Pick(templates), changed.Say(order, separator)),
                };
            }

            return (text, other);
        }

        switch (kind)
        {
            case "identical":
                return (text, text);
            case "order":
                return _random.Next(4) == 0 ? Turned(template) : (text, Put(template, scene.Say(_random.Next(16), separator)));
            case "wording":
                return (text, Put(Other(templates, template), scene.Say(order, Pick(Separators))));
            case "combined":
                string mixed = Put(Pick(templates), scene.Say(_random.Next(16), Pick(Separators)));
                foreach (string step in SameKinds.Where(static step => step is not ("identical" or "order" or "wording" or "combined")).OrderBy(_ => _random.Next()).Take(2))
                {
                    mixed = Reworded(step, mixed) ?? mixed;
                }

                return (text, mixed);
            default:
                return Reworded(kind, text) is { } reworded ? (text, reworded) : null;
        }
    }

    private string? Reworded(string kind, string text)
    {
        switch (kind)
        {
            case "surface":
                return _random.Next(6) switch
                {
                    0 => text.ToUpperInvariant(),
                    1 => text.ToLowerInvariant(),
                    2 => "  " + text + " \n",
                    3 => text + ".",
                    4 => '"' + text + '"',
                    _ => text.Replace(" ", "  ", StringComparison.Ordinal),
                };
            case "synonym":
                var all = OtherWords.Synonyms.Concat(OtherWords.Products.Where(static product => product.Other.Length > 0).Select(static product => (product.Name, product.Other)));
                return Swap(text, [.. all]);
            case "spelling":
                return Swap(text, OtherWords.Spellings);
            case "abbreviation":
                return Swap(text, OtherWords.Abbreviations);
            case "filler":
                return _random.Next(2) == 0 ? Pick(OtherWords.Before) + char.ToLowerInvariant(text[0]) + text[1..] : text + Pick(OtherWords.After);
            case "typo":
                return Typo(text);
            case "unit":
                return Unit(text);
            case "number-word":
                string[] words = ["", "", "two", "three", "four", "five", "six", "seven", "", "nine", "", "eleven", "", "", "", "fifteen", "sixteen", "", "", "", "twenty"];
                foreach (var (count, values) in OtherWords.Counts)
                {
                    foreach (int value in values.Where(value => value < words.Length))
                    {
                        string figures = string.Create(CultureInfo.InvariantCulture, $"{count} {value}");
                        if (System.Text.RegularExpressions.Regex.IsMatch(text, figures + @"(?!\d)"))
                        {
                            return text.Replace(figures, $"{count} {words[value]}", StringComparison.Ordinal);
                        }
                    }
                }

                return null;
            default:
                return null;
        }
    }

    private string? Swap(string text, (string One, string Other)[] pairs)
    {
        foreach (var (one, other) in pairs.OrderBy(_ => _random.Next()))
        {
            string swapped = System.Text.RegularExpressions.Regex.Replace(text, $@"(?<![\w]){System.Text.RegularExpressions.Regex.Escape(one)}(?![\w])", other);
            if (swapped != text)
            {
                return swapped;
            }
        }

        return null;
    }

    private string? Typo(string text)
    {
        var words = System.Text.RegularExpressions.Regex.Matches(text, "[A-Za-z]{5,}").ToArray();
        if (words.Length == 0)
        {
            return null;
        }

        var word = Pick(words);
        int at = word.Index + 1 + _random.Next(word.Length - 2);
        string typo = _random.Next(3) switch
        {
            0 => text.Remove(at, 1),
            1 => text.Insert(at, text[at].ToString()),
            _ => text[..at] + text[at + 1] + text[at] + text[(at + 2)..],
        };
        return typo == text ? null : typo;
    }

    private string? Unit(string text)
    {
        foreach (var (unit, values, others) in OtherWords.Measures)
        {
            foreach (decimal value in values)
            {
                string measure = string.Create(CultureInfo.InvariantCulture, $"{value} {unit}");
                int at = System.Text.RegularExpressions.Regex.Match(text, $@"(?<!\d){measure}(?!\w)") is { Success: true } match ? match.Index : -1;
                if (at >= 0)
                {
                    var (other, factor) = Pick(others);
                    string told = string.Create(CultureInfo.InvariantCulture, $"{value * factor / 1.000000000000m:0.######}{(factor == 1m || _random.Next(2) == 0 ? " " : "")}{other}");
                    return text[..at] + told + text[(at + measure.Length)..];
                }
            }
        }

        return null;
    }

    private (string A, string B) Turned(string template)
    {
        (string one, string other) = (Pick(OtherWords.Products).Name, Pick(OtherWords.Things));
        (string first, string second) = (Pick(OtherWords.Colours), Pick(OtherWords.Colours));
        return _random.Next(3) switch
        {
            0 => (Put(template, $"{first} {one} on a {second} {other}"), Put(template, $"{second} {other} with a {first} {one} on it")),
            1 => (Put(template, $"{one} to the left of a {other}"), Put(template, $"{other} to the right of a {one}")),
            _ => (Put(template, $"{first} {one} beside a {second} {other}"), Put(template, $"{second} {other} next to a {first} {one}")),
        };
    }

    private (string A, string B) Roles(string template)
    {
        (string one, string other) = (Pick(OtherWords.Products).Name, Pick(OtherWords.Things));
        string first = Pick(OtherWords.Colours);
        string second = Other(OtherWords.Colours, first);
        string part = Pick(OtherWords.Parts);
        return _random.Next(6) switch
        {
            0 => (Put(template, $"{first} {one} on a {second} {other}"), Put(template, $"{second} {one} on a {first} {other}")),
            1 => (Put(template, $"{one} to the left of a {other}"), Put(template, $"{other} to the left of a {one}")),
            2 => (Put(template, $"{one} in front of a {other}"), Put(template, $"{one} behind a {other}")),
            3 => (Put(template, $"{first} {one} with a {second} {part}"), Put(template, $"{one} in {second} with {part} in {first}")),
            4 => (Put(template, $"{first} {one} inside a {second} {other}"), Put(template, $"{first} {other} holding a {second} {one}")),
            _ => (Put(template, $"{first} {one} on a {second} {other}"), Put(template, $"{first} {other} with a {second} {one} on it")),
        };
    }

    private OtherScene? Changed(string kind, OtherScene scene)
    {
        string? Change(string now, string[] all) => now.Length > 0 ? Other(all, now) : null;
        var near = Array.Find(OtherWords.Products, product => product.Name == scene.Product);
        switch (kind)
        {
            case "colour":
                return Change(scene.Colour, OtherWords.Colours) is { } colour ? scene with { Colour = colour } : null;
            case "material":
                return Change(scene.Material, OtherWords.Materials) is { } material ? scene with { Material = material } : null;
            case "pattern":
                return Change(scene.Pattern, OtherWords.Patterns) is { } pattern ? scene with { Pattern = pattern } : null;
            case "brand":
                return Change(scene.Brand, OtherWords.Brands) is { } brand ? scene with { Brand = brand } : null;
            case "audience":
                return Change(scene.Audience, OtherWords.Audiences) is { } audience ? scene with { Audience = audience } : null;
            case "background":
                return Change(scene.Place, OtherWords.Places) is { } place ? scene with { Place = place } : null;
            case "lighting":
                return Change(scene.Light, OtherWords.Lights) is { } light ? scene with { Light = light } : null;
            case "angle":
                return Change(scene.Angle, OtherWords.Angles) is { } angle ? scene with { Angle = angle } : null;
            case "style":
                return Change(scene.Style, OtherWords.Styles) is { } style ? scene with { Style = style } : null;
            case "language":
                return Change(scene.Language, OtherWords.Languages) is { } language ? scene with { Language = _random.Next(3) == 0 ? "" : language } : null;
            case "product":
                return scene with { Product = near.Near };
            case "count" when scene.Count.Length > 0:
                var (count, values) = Array.Find(OtherWords.Counts, all => scene.Count.StartsWith(all.Kind, StringComparison.Ordinal));
                string next;
                do
                {
                    next = string.Create(CultureInfo.InvariantCulture, $"{count} {Pick(values)}");
                }
                while (next == scene.Count);
                return scene with { Count = next };
            case "measure" when scene.Measure.Length > 0:
                string[] measure = scene.Measure.Split(' ');
                var (unit, numbers, others) = Array.Find(OtherWords.Measures, all => all.Unit == measure[1]);
                decimal now = decimal.Parse(measure[0], CultureInfo.InvariantCulture);
                return others[0].Factor != 1m && _random.Next(3) == 0
                    ? scene with { Measure = $"{measure[0]} {others[0].Unit}" }
                    : scene with { Measure = string.Create(CultureInfo.InvariantCulture, $"{Other(numbers, now)} {unit}") };
            case "negation" when scene.With.Length > 0:
                bool has = scene.With.StartsWith("with ", StringComparison.Ordinal);
                string part = scene.With[(scene.With.IndexOf(' ', StringComparison.Ordinal) + 1)..];
                return scene with { With = _random.Next(3) == 0 && !has ? "" : has ? "without " + part : "with " + part };
            case "missing":
                OtherScene less = _random.Next(4) switch { 0 => scene with { Colour = "" }, 1 => scene with { Material = "" }, 2 => scene with { Brand = "" }, _ => scene with { Place = "" } };
                return less == scene ? null : less;
            case "unrelated":
                OtherScene unrelated = OtherScene.Draw(_random);
                return unrelated.Product == scene.Product ? null : unrelated;
            default:
                return null;
        }
    }
}
