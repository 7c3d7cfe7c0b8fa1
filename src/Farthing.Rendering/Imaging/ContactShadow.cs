namespace Farthing.Rendering.Imaging;

/// <summary>The soft shadow on the ground under a product. Lengths are in sizes of the product: √(width · height) of its opaque box.</summary>
public sealed record ContactShadow
{
    /// <summary>The defaults: a faint shadow straight below, as soft daylight gives.</summary>
    public static ContactShadow Default { get; } = new();

    /// <summary>Darkness where it is deepest, 0 (none) to 1 (black). Default 0.5.</summary>
    public double Opacity { get; init; } = 0.5;

    /// <summary>Softness: the standard deviation of the blur, 0 to 1. Default 0.035.</summary>
    public double Blur { get; init; } = 0.035;

    /// <summary>How deep it lies on the ground, from back to front, 0.01 to 1. Default 0.14.</summary>
    public double Depth { get; init; } = 0.14;

    /// <summary>Shift to the right, away from the light, −1 to 1. Default 0.</summary>
    public double OffsetX { get; init; }

    /// <summary>Shift downwards, −1 to 1. Default 0.</summary>
    public double OffsetY { get; init; }

    /// <exception cref="ImagingException">A value is out of its range.</exception>
    internal void Check()
    {
        Check(Opacity, 0, 1, "opacity");
        Check(Blur, 0, 1, "blur");
        Check(Depth, 0.01, 1, "depth");
        Check(OffsetX, -1, 1, "horizontal offset");
        Check(OffsetY, -1, 1, "vertical offset");
    }

    private static void Check(double value, double min, double max, string name)
    {
        if (!(value >= min && value <= max))
        {
            throw new ImagingException($"The shadow's {name} {value} is out of range. Give a number from {min} to {max}.");
        }
    }
}
