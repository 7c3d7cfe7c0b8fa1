using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Farthing.Ledger.Reconciliation;

/// <summary>A reconciliation as JSON. Numbers are strings with exact decimals.</summary>
public static class ReconciliationJson
{
    /// <summary>Writes it.</summary>
    public static string Write(Reconciliation reconciliation)
    {
        ArgumentNullException.ThrowIfNull(reconciliation);
        return JsonSerializer.Serialize(
            new ReconciliationShape(
                reconciliation.Format,
                reconciliation.Lines,
                Day(reconciliation.Days.From),
                Day(reconciliation.Days.To),
                reconciliation.Agreed,
                [.. reconciliation.Differences.Select(static each => new DifferenceShape(
                    Day(each.Key.Day),
                    each.Key.Resource,
                    each.Key.Meter,
                    each.Kind.Code(),
                    each.InvoiceQuantity,
                    each.LedgerQuantity,
                    each.InvoiceAmount,
                    each.LedgerAmount,
                    each.Worth,
                    each.Explanation))],
                reconciliation.InvoiceTotal,
                reconciliation.LedgerTotal,
                reconciliation.Currency,
                reconciliation.OutsideLines,
                reconciliation.OutsideAmount),
            ReconciliationJsonContext.Default.ReconciliationShape);
    }

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}

internal sealed record DifferenceShape(
    string Day,
    string Resource,
    string Meter,
    string Difference,
    string InvoiceQuantity,
    string LedgerQuantity,
    string InvoiceAmount,
    string LedgerAmount,
    string Worth,
    string Explanation);

internal sealed record ReconciliationShape(
    string Format,
    long Lines,
    string From,
    string To,
    long Agreed,
    IReadOnlyList<DifferenceShape> Differences,
    string InvoiceTotal,
    string LedgerTotal,
    string Currency,
    long OutsideLines,
    string OutsideAmount);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = false)]
[JsonSerializable(typeof(ReconciliationShape))]
internal sealed partial class ReconciliationJsonContext : JsonSerializerContext;
