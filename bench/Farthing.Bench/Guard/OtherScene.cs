using System.Globalization;

namespace Farthing.Bench.Guard;

/// <summary>What a made request states; empty where it does not.</summary>
internal sealed record OtherScene
{
    public required string Product { get; init; }

    public string Brand { get; init; } = "";

    public string Audience { get; init; } = "";

    public string Colour { get; init; } = "";

    public string Pattern { get; init; } = "";

    public string Material { get; init; } = "";

    public string With { get; init; } = "";

    public string Measure { get; init; } = "";

    public string Count { get; init; } = "";

    public string Place { get; init; } = "";

    public string Light { get; init; } = "";

    public string Angle { get; init; } = "";

    public string Style { get; init; } = "";

    public string Language { get; init; } = "";

    /// <summary>Draws a scene with some of the attributes.</summary>
    public static OtherScene Draw(Random random)
    {
        string Maybe(double share, string[] from) => random.NextDouble() < share ? from[random.Next(from.Length)] : "";
        var (unit, values, _) = OtherWords.Measures[random.Next(OtherWords.Measures.Length)];
        var (count, counts) = OtherWords.Counts[random.Next(OtherWords.Counts.Length)];
        string part = OtherWords.Parts[random.Next(OtherWords.Parts.Length)];
        return new OtherScene
        {
            Product = OtherWords.Products[random.Next(OtherWords.Products.Length)].Name,
            Brand = Maybe(0.35, OtherWords.Brands),
            Audience = Maybe(0.15, OtherWords.Audiences),
            Colour = Maybe(0.6, OtherWords.Colours),
            Pattern = Maybe(0.2, OtherWords.Patterns),
            Material = Maybe(0.4, OtherWords.Materials),
            With = random.NextDouble() < 0.35 ? (random.Next(2) == 0 ? "with " : "without ") + part : "",
            Measure = random.NextDouble() < 0.35 ? string.Create(CultureInfo.InvariantCulture, $"{values[random.Next(values.Length)]} {unit}") : "",
            Count = random.NextDouble() < 0.2 ? string.Create(CultureInfo.InvariantCulture, $"{count} {counts[random.Next(counts.Length)]}") : "",
            Place = Maybe(0.4, OtherWords.Places),
            Light = Maybe(0.2, OtherWords.Lights),
            Angle = Maybe(0.2, OtherWords.Angles),
            Style = Maybe(0.2, OtherWords.Styles),
            Language = Maybe(0.1, OtherWords.Languages),
        };
    }

    /// <summary>Words it: the order of attributes by a number, the separator as given.</summary>
    public string Say(int order, string separator)
    {
        bool late = (order & 1) == 1;
        bool tail = (order & 2) == 2;
        string head = Join(" ", Brand, Audience, late ? "" : Colour, Pattern, tail ? "" : Material, Product);
        if (late && Colour.Length > 0)
        {
            head += (order & 4) == 4 ? " in " + Colour : separator + Colour;
        }

        if (tail && Material.Length > 0)
        {
            head += separator + Material;
        }

        string[] rest = [With, Measure, Count, Place, Light, Angle, Style];
        if ((order & 8) == 8)
        {
            Array.Reverse(rest);
        }

        return Join(separator, [head, .. rest, Language.Length > 0 ? "in " + Language : ""]);
    }

    private static string Join(string separator, params string[] parts) => string.Join(separator, parts.Where(static part => part.Length > 0));
}
