namespace Farthing.Ledger.Prices;

/// <summary>What kind of quantity a unit measures; a price fits a meter only when these agree.</summary>
internal enum Dimension
{
    CoreTime,
    Operations,
    ByteMonths,
    Bytes,
    Tokens,
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
    ];

    public static PriceUnit? Find(string name) => All.FirstOrDefault(unit => unit.Name == name);
}
