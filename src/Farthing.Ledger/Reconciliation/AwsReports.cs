using Farthing.Ledger.Money;
using Farthing.Ledger.Prices;

namespace Farthing.Ledger.Reconciliation;

/// <summary>
/// AWS Cost and Usage Reports as CSV: 2.0 (<c>line_item_usage_start_date</c>) and legacy (<c>lineItem/UsageStartDate</c>).
/// S3's requests, storage and transfer are the ledger's <c>storage/s3</c>; everything else is <c>aws/PRODUCT/USAGE TYPE</c>.
/// </summary>
internal static class AwsReports
{
    /// <summary>What the ledger calls what AWS bills, beside S3.</summary>
    public const string Prefix = "aws/";

    /// <summary>What the ledger calls S3.</summary>
    public const string S3 = "storage/s3";

    // AWS's GB is 2^30 bytes (https://aws.amazon.com/s3/pricing/).
    private const long Gigabyte = 1L << 30;
    private const long Hour = 3_600_000_000;

    private static Names ReportColumns { get; } = new(
        "line_item_usage_start_date",
        "line_item_line_item_type",
        "line_item_product_code",
        "line_item_usage_type",
        "line_item_usage_amount",
        "line_item_unblended_cost",
        "line_item_currency_code",
        "pricing_unit");

    private static Names LegacyColumns { get; } = new(
        "lineitem/usagestartdate",
        "lineitem/lineitemtype",
        "lineitem/productcode",
        "lineitem/usagetype",
        "lineitem/usageamount",
        "lineitem/unblendedcost",
        "lineitem/currencycode",
        "pricing/unit");

    public static InvoiceFormat Current { get; } = Format("an AWS Cost and Usage Report 2.0", ReportColumns);

    public static InvoiceFormat Legacy { get; } = Format("a legacy AWS Cost and Usage Report", LegacyColumns);

    private static InvoiceFormat Format(string name, Names names) => new(
        InvoiceProvider.Aws, name, [names.Start, names.Type, names.Product, names.Usage, names.Quantity, names.Cost, names.Currency], row => Read(row, names));

    private static IEnumerable<InvoiceLine> Read(InvoiceRow row, Names names)
    {
        var amount = row.Number(names.Cost, out var step) ?? throw new FormatException($"'{names.Cost}' is empty.");
        var (day, currency) = (row.Day(names.Start), row.Name(names.Currency));
        var type = row.Name(names.Type);
        if (type is not ("Usage" or "DiscountedUsage" or "SavingsPlanCoveredUsage"))
        {
            // Taxes, credits and fees are no usage, and no ledger line is theirs.
            yield return new InvoiceLine(new UsageKey(day, Prefix + type, ""), null, amount, step, currency);
            yield break;
        }

        var (product, usage) = (row.Name(names.Product), row.Name(names.Usage));
        var quantity = row.Number(names.Quantity);
        var (resource, meter) = product == "AmazonS3" ? S3Line(usage) : ($"{Prefix}{product}/{usage}", null);
        (meter, var units) = meter switch
        {
            Meters.Puts or Meters.Gets => (meter, 1L),
            Meters.StoredBytes or Meters.SentBytes => (meter, Gigabyte),
            _ => row.Text(names.Unit) switch
            {
                "Hrs" or "Hours" => (Meters.DeviceTime, Hour),
                "Requests" => (Meters.Requests, 1L),
                "GB-Mo" => (Meters.StoredBytes, Gigabyte),
                "GB" => (Meters.SentBytes, Gigabyte),
                var unit => (unit, 1L),
            },
        };
        yield return new InvoiceLine(new UsageKey(day, resource, meter), quantity is null ? null : quantity * new Fraction(units, 1), amount, step, currency);
    }

    /// <summary>A usage type may begin with a region, such as EUC1-Requests-Tier1.</summary>
    private static (string Resource, string? Meter) S3Line(string usage) => usage switch
    {
        _ when usage.EndsWith("Requests-Tier1", StringComparison.Ordinal) => (S3, Meters.Puts),
        _ when usage.EndsWith("Requests-Tier2", StringComparison.Ordinal) => (S3, Meters.Gets),
        _ when usage.EndsWith("TimedStorage-ByteHrs", StringComparison.Ordinal) => (S3, Meters.StoredBytes),
        _ when usage.EndsWith("DataTransfer-Out-Bytes", StringComparison.Ordinal) => (S3, Meters.SentBytes),
        _ => ($"{Prefix}AmazonS3/{usage}", null),
    };

    private sealed record Names(string Start, string Type, string Product, string Usage, string Quantity, string Cost, string Currency, string Unit);
}
