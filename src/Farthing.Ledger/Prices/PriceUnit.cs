namespace Farthing.Ledger.Prices;

/// <summary>What kind of quantity a unit measures; a price fits a meter only when these agree.</summary>
internal enum Dimension
{
    CoreTime,
    Operations,
    ByteMonths,
    Bytes,
    Tokens,
    Images,
    Characters,
    Pages,
    MediaTime,

    /// <summary>A meter of the user's own, counted in its own unit.</summary>
    Custom,
}

/// <summary>A unit that prices are written per, and how many base units of a meter it holds.</summary>
internal sealed record PriceUnit(string Name, Dimension Dimension, long BaseUnits)
{
    private const long Second = 1_000_000;

    /// <summary>Every unit that a price may be written in.</summary>
    public static IReadOnlyList<PriceUnit> All { get; } =
    [
        new("core-second", Dimension.CoreTime, Second),
        new("core-hour", Dimension.CoreTime, 3_600 * Second),
        new("gpu-second", Dimension.CoreTime, Second),
        new("gpu-hour", Dimension.CoreTime, 3_600 * Second),
        new("operation", Dimension.Operations, 1),
        new("thousand-operations", Dimension.Operations, 1_000),
        new("million-operations", Dimension.Operations, 1_000_000),
        new("gb-month", Dimension.ByteMonths, 1_000_000_000),
        new("gib-month", Dimension.ByteMonths, 1L << 30),
        new("gb", Dimension.Bytes, 1_000_000_000),
        new("gib", Dimension.Bytes, 1L << 30),
        new("token", Dimension.Tokens, 1),
        new("thousand-tokens", Dimension.Tokens, 1_000),
        new("million-tokens", Dimension.Tokens, 1_000_000),
        new("image", Dimension.Images, 1),
        new("character", Dimension.Characters, 1),
        new("million-characters", Dimension.Characters, 1_000_000),
        new("page", Dimension.Pages, 1),
        new("thousand-pages", Dimension.Pages, 1_000),
        new("media-second", Dimension.MediaTime, Second),
        new("media-minute", Dimension.MediaTime, 60 * Second),
    ];

    public static PriceUnit? Find(string name) => All.FirstOrDefault(unit => unit.Name == name);

    /// <summary>The unit of a price of a meter; null when it is unknown or does not measure the meter.</summary>
    public static PriceUnit? For(string meter, string name) => Meters.DimensionOf(meter) == Dimension.Custom
        ? Meters.IsName(name) && Find(name) is null ? Custom(name) : null
        : Find(name) is { } unit && unit.Dimension == Meters.DimensionOf(meter) ? unit : null;

    /// <summary>A custom meter's unit, or a thousand or a million of it.</summary>
    private static PriceUnit Custom(string name) => new(
        name,
        Dimension.Custom,
        name.StartsWith("thousand-", StringComparison.Ordinal) ? 1_000 : name.StartsWith("million-", StringComparison.Ordinal) ? 1_000_000 : 1);

    /// <summary>The unit without its multiple: what a custom meter counts.</summary>
    public string Base => BaseUnits == 1 ? Name : Name[(Name.IndexOf('-', StringComparison.Ordinal) + 1)..];
}
