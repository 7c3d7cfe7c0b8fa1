namespace Farthing.Ledger.Explain;

/// <summary>A period with all tag sets taken as one.</summary>
internal static class AsOneClass
{
    public static PeriodUsage Of(PeriodUsage usage)
    {
        var one = new PeriodUsage { Attempts = usage.Attempts, UnpricedCharges = usage.UnpricedCharges };
        one.Delivered[""] = usage.Delivered.Values.Sum();
        foreach (var (key, line) in usage.Lines)
        {
            var sum = one.Line(key with { Tags = "" });
            sum.Useful += line.Useful;
            sum.Wasted += line.Wasted;
            sum.Amount += line.Amount;
            sum.WastedAmount += line.WastedAmount;
            sum.Work += line.Work;
            foreach (var (kind, quantity) in line.Avoided)
            {
                sum.Avoided[kind] = sum.Avoided.GetValueOrDefault(kind) + quantity;
            }
        }

        return one;
    }
}
