namespace Farthing.Ledger.Prices;

/// <summary>
/// Which charges wait for a price, in SQL: those without a transfer, but neither one that was taken back nor what takes it back. Those two come to nothing,
/// and no price would ever be given to them.
/// </summary>
internal static class UnpricedCharges
{
    /// <summary>Whether a charge takes another one back.</summary>
    public static string IsReversal(string charge) => $"EXISTS (SELECT 1 FROM corrections AS x WHERE x.charge_seq = {charge}.seq AND x.kind = 'reversal')";

    /// <summary>Whether a charge waits for a price.</summary>
    public static string Condition(string charge) =>
        $"""
        NOT EXISTS (SELECT 1 FROM transfers AS y WHERE y.charge_seq = {charge}.seq) AND NOT {IsReversal(charge)}
            AND NOT EXISTS (SELECT 1 FROM corrections AS x WHERE x.original = {charge}.seq AND x.kind = 'reversal')
        """;
}
