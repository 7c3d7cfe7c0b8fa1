namespace Farthing.Rendering.Imaging;

/// <summary>Where the product stands on the canvas. Fractions are of the canvas, from its upper left corner.</summary>
public sealed record Placement
{
    /// <summary>The defaults: the product in the lower middle, standing below the horizon that most scenes have.</summary>
    public static Placement Default { get; } = new();

    /// <summary>The product's horizontal centre, −1 to 2. Default 0.5.</summary>
    public double X { get; init; } = 0.5;

    /// <summary>The line the product stands on: its lower edge, −1 to 2. Default 0.82.</summary>
    public double Y { get; init; } = 0.82;

    /// <summary>
    /// The share of the canvas that the product's opaque box takes, 0.01 to 4: of the height or of the width, whichever is
    /// reached first. Default 0.6.
    /// </summary>
    public double Scale { get; init; } = 0.6;

    /// <exception cref="ImagingException">A value is out of its range.</exception>
    internal void Check()
    {
        if (X is not (>= -1 and <= 2) || Y is not (>= -1 and <= 2))
        {
            throw new ImagingException($"The product's position {X}, {Y} is out of range. Give fractions of the canvas from -1 to 2, such as 0.5, 0.82.");
        }

        if (Scale is not (>= 0.01 and <= 4))
        {
            throw new ImagingException($"The product's scale {Scale} is out of range. Give a share of the canvas from 0.01 to 4, such as 0.6.");
        }
    }
}
