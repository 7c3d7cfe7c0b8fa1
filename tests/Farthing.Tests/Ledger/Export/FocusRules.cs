using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Farthing.Tests.Ledger.Export;

/// <summary>
/// The rules of FOCUS 1.4's Cost and Usage dataset for the columns that the export has, rewritten from the specification
/// (its requirements of columns and attributes, which the FOCUS validator checks).
/// </summary>
internal static partial class FocusRules
{
    private static readonly string[] Mandatory =
    [
        "BilledCost", "EffectiveCost", "ListCost", "ContractedCost", "BillingAccountId", "BillingAccountName", "BillingCurrency", "BillingPeriodStart",
        "BillingPeriodEnd", "ChargePeriodStart", "ChargePeriodEnd", "ChargeCategory", "ChargeClass", "ChargeDescription", "InvoiceIssuerName",
        "ServiceProviderName", "HostProviderName", "PricingQuantity", "PricingUnit", "ServiceCategory", "ServiceName",
    ];

    private static readonly string[] Nullable = ["BillingAccountName", "ChargeClass", "ChargeDescription", "PricingQuantity", "PricingUnit"];

    private static readonly string[] NotNull = [.. Mandatory.Except(Nullable), "ServiceSubcategory", "PricingCurrency", "PricingCurrencyEffectiveCost"];

    private static readonly string[] Decimals =
    [
        "BilledCost", "EffectiveCost", "ListCost", "ContractedCost", "PricingQuantity", "ConsumedQuantity", "ListUnitPrice", "ContractedUnitPrice",
        "PricingCurrencyListUnitPrice", "PricingCurrencyContractedUnitPrice", "PricingCurrencyEffectiveCost",
    ];

    private static readonly string[] Times = ["BillingPeriodStart", "BillingPeriodEnd", "ChargePeriodStart", "ChargePeriodEnd"];

    private static readonly string[] UnitPrices = ["ListUnitPrice", "ContractedUnitPrice", "PricingCurrencyListUnitPrice", "PricingCurrencyContractedUnitPrice"];

    private static readonly Dictionary<string, string[]> Subcategories = new()
    {
        ["Compute"] = ["Containers", "End User Computing", "Quantum Compute", "Serverless Compute", "Virtual Machines", "Other (Compute)"],
        ["AI and Machine Learning"] = ["AI Platforms", "Bots", "Generative AI", "Machine Learning", "Natural Language Processing", "Other (AI and Machine Learning)"],
        ["Storage"] = ["Backup Storage", "Block Storage", "File Storage", "Object Storage", "Storage Platforms", "Other (Storage)"],
        ["Databases"] = ["Caching", "Data Warehouses", "Ledger Databases", "NoSQL Databases", "Relational Databases", "Time Series Databases", "Other (Databases)"],
        ["Other"] = ["Other (Other)"],
    };

    /// <summary>Every rule that a dataset breaks, with the row.</summary>
    /// <param name="header">The columns.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="invoiced">When the last invoice was issued; empty where none was.</param>
    public static IEnumerable<string> Broken(IReadOnlyList<string> header, IReadOnlyList<IReadOnlyDictionary<string, string?>> rows, string invoiced = "")
    {
        foreach (var column in Mandatory.Except(header))
        {
            yield return $"{column} MUST be present";
        }

        if (header.Distinct().Count() != header.Count)
        {
            yield return "a column stands twice";
        }

        foreach (var column in header.Where(static column => !ColumnName().IsMatch(column)))
        {
            yield return $"{column}: a column is named in PascalCase, or begins with x_";
        }

        for (var i = 0; i < rows.Count; i++)
        {
            foreach (var rule in Broken(rows[i], invoiced))
            {
                yield return $"row {i}: {rule}";
            }
        }
    }

    private static IEnumerable<string> Broken(IReadOnlyDictionary<string, string?> row, string invoiced) =>
        [.. Forms(row), .. Charges(row, invoiced), .. Quantities(row), .. Allocations(row)];

    private static IEnumerable<string> Forms(IReadOnlyDictionary<string, string?> row)
    {
        foreach (var column in NotNull.Where(column => string.IsNullOrWhiteSpace(row[column])))
        {
            yield return $"{column} MUST NOT be null";
        }

        foreach (var column in Decimals.Where(column => row[column] is { } value && !Numeric().IsMatch(value)))
        {
            yield return $"{column} MUST conform to NumericFormat";
        }

        foreach (var column in Times.Where(column => row[column] is not { } value
            || !DateTime.TryParseExact(value, "yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out _)))
        {
            yield return $"{column} MUST conform to DateTimeFormat";
        }

        foreach (var column in ((string[])["BillingCurrency", "PricingCurrency"]).Where(column => row[column] is not ("USD" or "EUR")))
        {
            yield return $"{column} MUST be a code of ISO 4217";
        }

        foreach (var column in ((string[])["PricingUnit", "ConsumedUnit"]).Where(column => row[column] is { } unit && !Unit().IsMatch(unit)))
        {
            yield return $"{column} SHOULD conform to UnitFormat";
        }

        foreach (var column in ((string[])["Tags", "AllocatedTags", "SkuPriceDetails"]).Where(column => row[column] is { } json && !IsKeyValue(json)))
        {
            yield return $"{column} MUST conform to KeyValueFormat";
        }
    }

    private static IEnumerable<string> Charges(IReadOnlyDictionary<string, string?> row, string invoiced)
    {
        if (row["ChargeCategory"] is not ("Usage" or "Purchase" or "Tax" or "Credit" or "Adjustment"))
        {
            yield return "ChargeCategory MUST be one of the allowed values";
        }

        if (row["ChargeClass"] is not (null or "Correction"))
        {
            yield return "ChargeClass MUST be \"Correction\" when it is not null";
        }

        if (row["ChargeClass"] is not null && string.CompareOrdinal(row["BillingPeriodEnd"], invoiced) > 0)
        {
            yield return "ChargeClass MUST be null for what corrects no billing period that was invoiced before";
        }

        if (!Subcategories.TryGetValue(row["ServiceCategory"] ?? "", out var subcategories))
        {
            yield return "ServiceCategory MUST be one of the allowed values";
        }
        else if (!subcategories.Contains(row["ServiceSubcategory"]))
        {
            yield return "ServiceSubcategory MUST have the ServiceCategory as its parent";
        }

        if (string.CompareOrdinal(row["ChargePeriodStart"], row["ChargePeriodEnd"]) >= 0 || string.CompareOrdinal(row["BillingPeriodStart"], row["BillingPeriodEnd"]) >= 0)
        {
            yield return "a period's end is exclusive, and after its start";
        }

        if (string.CompareOrdinal(row["ChargePeriodStart"], row["BillingPeriodStart"]) < 0 || string.CompareOrdinal(row["ChargePeriodEnd"], row["BillingPeriodEnd"]) > 0)
        {
            yield return "a usage charge is in its billing period";
        }

        if (row["ContractedCost"] != row["ListCost"])
        {
            yield return "ContractedCost MUST equal ListCost when no negotiated terms apply";
        }
    }

    private static IEnumerable<string> Quantities(IReadOnlyDictionary<string, string?> row)
    {
        var (sku, quantity) = (row["SkuPriceId"], row["PricingQuantity"]);
        if (sku is null && (quantity is not null || row["ConsumedQuantity"] is not null || row["SkuPriceDetails"] is not null || UnitPrices.Any(column => row[column] is not null)))
        {
            yield return "quantities, unit prices and SkuPriceDetails MUST be null when SkuPriceId is null";
        }

        if (row["ChargeCategory"] is "Usage" or "Purchase" && row["ChargeClass"] is null && (quantity is null || UnitPrices.Any(column => row[column] is null)))
        {
            yield return "PricingQuantity and the unit prices MUST NOT be null for usage";
        }

        if (row["ChargeCategory"] != "Usage" ? row["ConsumedQuantity"] is not null : row["ConsumedQuantity"] is null)
        {
            yield return "ConsumedQuantity MUST be there for usage, and for nothing else";
        }

        if ((quantity is null) != (row["PricingUnit"] is null) || (row["ConsumedQuantity"] is null) != (row["ConsumedUnit"] is null))
        {
            yield return "a unit is there exactly when its quantity is";
        }

        foreach (var column in UnitPrices.Where(column => row[column] is ['-', ..]))
        {
            yield return $"{column} MUST be a non-negative decimal";
        }

        foreach (var (cost, price) in ((string, string)[])
            [("ListCost", "ListUnitPrice"), ("ContractedCost", "ContractedUnitPrice"), ("PricingCurrencyEffectiveCost", "PricingCurrencyListUnitPrice")])
        {
            // Of a correction the three may differ. A cost is rounded once, to its twelfth place; in another currency it is rounded twice.
            if (row["ChargeClass"] is null && quantity is not null && row[price] is { } unit && Numeric().IsMatch(row[cost] ?? "") && Math.Abs(Number(row[cost]) - (Number(unit) * Number(quantity))) > 0.000000000001m)
            {
                yield return $"{cost} MUST equal the product of {price} and PricingQuantity";
            }
        }
    }

    private static IEnumerable<string> Allocations(IReadOnlyDictionary<string, string?> row)
    {
        var isAllocated = row["AllocatedMethodId"] is not null;
        if (isAllocated != row["AllocatedResourceId"] is not null || isAllocated != row["AllocatedMethodDetails"] is not null)
        {
            yield return "AllocatedResourceId and AllocatedMethodDetails are there exactly when AllocatedMethodId is";
        }

        if (!isAllocated && row["AllocatedTags"] is not null)
        {
            yield return "AllocatedTags MUST be null for what is not allocated";
        }

        if (row["AllocatedMethodDetails"] is { } details && !HasElements(details))
        {
            yield return "AllocatedMethodDetails MUST have Elements, each with an AllocatedRatio, and a UsageUnit with a UsageQuantity";
        }
    }

    private static bool HasElements(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.TryGetProperty("Elements", out var elements) && elements.GetArrayLength() > 0 && elements.EnumerateArray().All(static element =>
            element.TryGetProperty("AllocatedRatio", out var ratio) && ratio.ValueKind == JsonValueKind.Number
                && (!element.TryGetProperty("UsageQuantity", out _) || element.TryGetProperty("UsageUnit", out _)));
    }

    private static bool IsKeyValue(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.EnumerateObject().All(static each =>
                each.Value.ValueKind is JsonValueKind.String or JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False or JsonValueKind.Null);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static decimal Number(string? text) => decimal.Parse(text!, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^-?\d+(\.\d+)?\z")]
    private static partial Regex Numeric();

    [GeneratedRegex(@"^(x_)?[A-Z][A-Za-z]*\z")]
    private static partial Regex ColumnName();

    [GeneratedRegex(@"^([1-9]\d* )?(GPU-Hours|GPU-Seconds|Core-Hours|Core-Seconds|Requests|Tokens|B|GB|GiB|(B|GB|GiB)-Months)\z")]
    private static partial Regex Unit();
}
