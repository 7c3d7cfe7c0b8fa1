using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Farthing.Ledger.Money;
using Farthing.Ledger.Posting;

namespace Farthing.Ledger.Explain;

/// <summary>A waterfall as JSON. Amounts are integers of 10⁻¹² of the currency, as strings.</summary>
public static class WaterfallJson
{
    /// <summary>Writes it.</summary>
    public static string Write(Waterfall waterfall)
    {
        ArgumentNullException.ThrowIfNull(waterfall);
        var shape = new WaterfallShape(
            Shape(waterfall.Before),
            Shape(waterfall.After),
            waterfall.Claimed is { } claimed ? Units(claimed) : null,
            Units(waterfall.Change),
            [.. waterfall.Bars.Select(bar => new BarShape(
                bar.Factor.Code(),
                Units(bar.Change),
                [.. waterfall.Cells.Where(cell => cell.Factor == bar.Factor).Select(static cell => new CellShape(cell.Stage.Code(), Units(cell.Change)))]))],
            waterfall.Before.Total.Currency.Code(),
            waterfall.Basis.ToString().ToLowerInvariant());
        return JsonSerializer.Serialize(shape, WaterfallJsonContext.Default.WaterfallShape);
    }

    private static PeriodShape Shape(WaterfallPeriod period) => new(
        period.Name,
        Units(period.PerRender),
        Units(period.Total),
        Units(period.Waste),
        period.Attempts.Delivered,
        period.Attempts.Failed,
        period.Attempts.Lost,
        period.Attempts.Duplicate,
        period.Attempts.Cancelled,
        period.UnpricedCharges);

    private static string Units(CurrencyAmount amount) => amount.Units.ToString(CultureInfo.InvariantCulture);
}

internal sealed record PeriodShape(
    string Name,
    string CostPerRender,
    string Total,
    string BilledNotDelivered,
    long Delivered,
    long Failed,
    long Lost,
    long Duplicate,
    long Cancelled,
    long UnpricedCharges);

internal sealed record CellShape(string Stage, string Change);

internal sealed record BarShape(string Factor, string Change, IReadOnlyList<CellShape> Stages);

internal sealed record WaterfallShape(
    PeriodShape Before,
    PeriodShape After,
    string? Claimed,
    string Change,
    IReadOnlyList<BarShape> Bars,
    string Currency,
    string Basis);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = false)]
[JsonSerializable(typeof(WaterfallShape))]
internal sealed partial class WaterfallJsonContext : JsonSerializerContext;
