using System.Globalization;
using System.Text.Json.Nodes;
using Farthing.Ledger.Money;
using Farthing.Ledger.Posting;
using Farthing.Ledger.Prices;

namespace Farthing.Ledger.Export;

/// <summary>Turns charges into rows of FOCUS 1.4, priced in US dollars and billed in a currency.</summary>
internal sealed class FocusRows(FocusIdentity identity, Currency currency)
{
    // A quantity in hours does not end as a decimal; nothing that is added up is rounded here.
    private const int Places = 18;

    public FocusRow Of(FocusCharge charge, FxRate? rate)
    {
        var at = EventTime.FromMicroseconds(charge.At).UtcDateTime;
        var hour = at.Date.AddHours(at.Hour);
        var month = new DateTime(at.Year, at.Month, 1, 0, 0, 0, DateTimeKind.Utc);
        var billed = (rate?.Convert(charge.Amount) ?? new CurrencyAmount(charge.Amount.Units, Currency.Usd)).ToExactString();
        var service = FocusService.Of(charge.Resource);
        var row = new FocusRow
        {
            ["BilledCost"] = billed,
            ["EffectiveCost"] = billed,
            ["ListCost"] = billed,
            ["ContractedCost"] = billed,
            ["PricingCurrencyEffectiveCost"] = charge.Amount.ToExactString(),
            ["BillingCurrency"] = currency.Code(),
            ["PricingCurrency"] = Currency.Usd.Code(),
            ["BillingAccountId"] = identity.AccountId,
            ["BillingAccountName"] = identity.AccountName,
            ["InvoiceIssuerName"] = identity.Issuer,
            ["BillingPeriodStart"] = Time(month),
            ["BillingPeriodEnd"] = Time(month.AddMonths(1)),
            ["ChargeClass"] = charge.IsCorrection && identity.Invoiced is { } day && DateOnly.FromDateTime(month.AddMonths(1)) <= day ? "Correction" : null,
            ["ChargePeriodStart"] = Time(hour),
            ["ChargePeriodEnd"] = Time(hour.AddHours(1)),
            ["ChargeDescription"] = $"{charge.Stage.Display()}: {charge.Meter} of {charge.Resource}",
            ["ServiceCategory"] = service.Category,
            ["ServiceSubcategory"] = service.Subcategory,
            ["ServiceName"] = service.Name,
            ["ServiceProviderName"] = service.Provider ?? identity.Issuer,
            ["HostProviderName"] = service.Provider ?? identity.Issuer,
            ["ResourceId"] = charge.LeaseId,
            ["x_RunId"] = charge.RunId,
            ["x_RenderId"] = charge.RenderId,
            ["x_Attempt"] = charge.RenderId is null ? null : charge.Attempt.ToString(CultureInfo.InvariantCulture),
            ["x_Stage"] = charge.Stage.Code(),
            ["x_Outcome"] = charge.Outcome,
            ["x_Estimated"] = charge.Estimated ? "true" : "false",
            ["x_TokenType"] = FocusUnits.TokenType(charge.Meter),
        };
        AddUse(row, charge, rate);
        AddSplit(row, charge);
        return row;
    }

    /// <summary>A rounding is no use of anything: it has no quantity, no price and no SKU.</summary>
    private static void AddUse(FocusRow row, FocusCharge charge, FxRate? rate)
    {
        if (charge.Stage == Stage.Rounding)
        {
            row["ChargeCategory"] = "Adjustment";
            return;
        }

        var unit = PriceUnit.For(charge.Price.Meter, charge.Price.Unit)!;
        var (consumedUnit, consumedUnits) = FocusUnits.Consumed(charge.Resource, charge.Meter);
        var usd = Number(charge.Price.Usd);
        var price = rate is null ? usd : usd / Number(rate.UsdPerUnit);
        row["ChargeCategory"] = "Usage";
        row["PricingCategory"] = "Standard";
        row["PricingQuantity"] = Text(new Fraction(charge.Quantity, unit.BaseUnits));
        row["PricingUnit"] = FocusUnits.Pricing(unit.Name);
        row["ConsumedQuantity"] = Text(new Fraction(charge.Quantity, consumedUnits));
        row["ConsumedUnit"] = consumedUnit;
        row["ListUnitPrice"] = Text(price);
        row["ContractedUnitPrice"] = Text(price);
        row["PricingCurrencyListUnitPrice"] = Text(usd);
        row["PricingCurrencyContractedUnitPrice"] = Text(usd);
        row["SkuId"] = charge.Resource;
        row["SkuMeter"] = charge.Meter;
        row["SkuPriceId"] = charge.Price.Id;
        row["SkuPriceDetails"] = charge.Meter != Meters.DeviceTime ? null
            : charge.Resource.Split('/') is ["gpu", var model, ..] ? new JsonObject { ["GpuCount"] = 1, ["InstanceType"] = model }.ToJsonString()
            : new JsonObject { ["CoreCount"] = 1 }.ToJsonString();
    }

    /// <summary>A share of a batch is an allocated charge, and the batch its origin charge: the tags are the render's.</summary>
    private static void AddSplit(FocusRow row, FocusCharge charge)
    {
        var tags = charge.Tags.Text.Length == 0 ? null
            : new JsonObject(charge.Tags.Text.Split(',').Select(static tag => KeyValuePair.Create(tag, (JsonNode?)true))).ToJsonString();
        if (charge.Ratio is not { } ratio)
        {
            row["Tags"] = tags;
            return;
        }

        var element = new JsonObject { ["AllocatedRatio"] = ratio / 1_000_000_000_000m };
        if (charge.Weight is { } weight)
        {
            element["UsageUnit"] = "Step-Pixels";
            element["UsageQuantity"] = weight;
        }

        row["AllocatedTags"] = tags;
        row["AllocatedMethodId"] = charge.SplitMethod;
        row["AllocatedResourceId"] = $"{charge.RenderId}/{charge.Attempt.ToString(CultureInfo.InvariantCulture)}";
        row["AllocatedMethodDetails"] = new JsonObject { ["Elements"] = new JsonArray(element) }.ToJsonString();
    }

    private static Fraction Number(string written) => ExactDecimal.TryParse(written, out var value)
        ? new Fraction(value.Mantissa, ExactDecimal.PowerOfTen(value.Scale))
        : throw new FormatException($"'{written}' is no plain decimal.");

    private static string Text(Fraction value) => value.ToText(Places).TrimStart('~');

    private static string Time(DateTime instant) => instant.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
