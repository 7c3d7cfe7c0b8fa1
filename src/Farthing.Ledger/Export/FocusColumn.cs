namespace Farthing.Ledger.Export;

/// <summary>What a column's values are.</summary>
internal enum FocusType
{
    /// <summary>Text.</summary>
    Text,

    /// <summary>A plain decimal, without an exponent.</summary>
    Decimal,

    /// <summary>An instant such as <c>2026-11-20T08:00:00Z</c>.</summary>
    Time,
}

/// <summary>One column of the export.</summary>
/// <param name="Name">Its FOCUS id, or a name of Farthing's own that begins with <c>x_</c>.</param>
/// <param name="Type">What its values are.</param>
/// <param name="IsNullable">Whether a row may leave it empty.</param>
internal sealed record FocusColumn(string Name, FocusType Type, bool IsNullable);

/// <summary>
/// The columns of FOCUS 1.4's Cost and Usage dataset that the export has, by name, then Farthing's own
/// (https://focus.finops.org/focus-specification/).
/// </summary>
internal static class FocusColumns
{
    public static IReadOnlyList<FocusColumn> All { get; } =
    [
        new("AllocatedMethodDetails", FocusType.Text, true),
        new("AllocatedMethodId", FocusType.Text, true),
        new("AllocatedResourceId", FocusType.Text, true),
        new("AllocatedTags", FocusType.Text, true),
        new("BilledCost", FocusType.Decimal, false),
        new("BillingAccountId", FocusType.Text, false),
        new("BillingAccountName", FocusType.Text, true),
        new("BillingCurrency", FocusType.Text, false),
        new("BillingPeriodEnd", FocusType.Time, false),
        new("BillingPeriodStart", FocusType.Time, false),
        new("ChargeCategory", FocusType.Text, false),
        new("ChargeClass", FocusType.Text, true),
        new("ChargeDescription", FocusType.Text, true),
        new("ChargePeriodEnd", FocusType.Time, false),
        new("ChargePeriodStart", FocusType.Time, false),
        new("ConsumedQuantity", FocusType.Decimal, true),
        new("ConsumedUnit", FocusType.Text, true),
        new("ContractedCost", FocusType.Decimal, false),
        new("ContractedUnitPrice", FocusType.Decimal, true),
        new("EffectiveCost", FocusType.Decimal, false),
        new("HostProviderName", FocusType.Text, false),
        new("InvoiceIssuerName", FocusType.Text, false),
        new("ListCost", FocusType.Decimal, false),
        new("ListUnitPrice", FocusType.Decimal, true),
        new("PricingCategory", FocusType.Text, true),
        new("PricingCurrency", FocusType.Text, false),
        new("PricingCurrencyContractedUnitPrice", FocusType.Decimal, true),
        new("PricingCurrencyEffectiveCost", FocusType.Decimal, false),
        new("PricingCurrencyListUnitPrice", FocusType.Decimal, true),
        new("PricingQuantity", FocusType.Decimal, true),
        new("PricingUnit", FocusType.Text, true),
        new("ResourceId", FocusType.Text, true),
        new("ServiceCategory", FocusType.Text, false),
        new("ServiceName", FocusType.Text, false),
        new("ServiceProviderName", FocusType.Text, false),
        new("ServiceSubcategory", FocusType.Text, false),
        new("SkuId", FocusType.Text, true),
        new("SkuMeter", FocusType.Text, true),
        new("SkuPriceDetails", FocusType.Text, true),
        new("SkuPriceId", FocusType.Text, true),
        new("Tags", FocusType.Text, true),
        new("x_Attempt", FocusType.Decimal, true),
        new("x_Estimated", FocusType.Text, false),
        new("x_Outcome", FocusType.Text, true),
        new("x_RenderId", FocusType.Text, true),
        new("x_RunId", FocusType.Text, false),
        new("x_Stage", FocusType.Text, false),
        new("x_TokenType", FocusType.Text, true),
    ];

    private static Dictionary<string, int> Places { get; } =
        All.Select(static (column, i) => (column.Name, i)).ToDictionary(static each => each.Name, static each => each.i, StringComparer.Ordinal);

    public static int PlaceOf(string name) => Places[name];
}
