using Farthing.Ledger.Money;
using Farthing.Ledger.Posting;
using Farthing.Ledger.Rollups;
using Farthing.Ledger.Storage;

namespace Farthing.Ledger.Reports;

/// <summary>Time and money of one kind of use of a device.</summary>
/// <param name="Time">Device time.</param>
/// <param name="Amount">What it cost.</param>
public readonly record struct DeviceUse(Int128 Time, Int128 Amount)
{
    /// <summary>Both together.</summary>
    public static DeviceUse operator +(DeviceUse left, DeviceUse right) => new(left.Time + right.Time, left.Amount + right.Amount);
}

/// <summary>What became of the time that a device was leased: leased = stages + warm-up + idle + lost.</summary>
/// <param name="Device">Which device.</param>
/// <param name="Resource">What it is priced as.</param>
/// <param name="Leases">How many leases of it have charges in the scope.</param>
/// <param name="Stages">The stages of renders.</param>
/// <param name="WarmUp">Loading models and first runs.</param>
/// <param name="Idle">Nothing ran.</param>
/// <param name="Lost">No charge explains it.</param>
/// <param name="Rounding">Money that the roundings of its leases come to.</param>
public sealed record DeviceRow(string Device, string Resource, long Leases, DeviceUse Stages, DeviceUse WarmUp, DeviceUse Idle, DeviceUse Lost, Int128 Rounding)
{
    /// <summary>All of it.</summary>
    public DeviceUse Leased => Stages + WarmUp + Idle + Lost + new DeviceUse(0, Rounding);
}

/// <summary>The time and money of leased devices, by device.</summary>
/// <param name="Rows">The devices, by name.</param>
/// <param name="Currency">The currency of all amounts.</param>
public sealed record DeviceReport(IReadOnlyList<DeviceRow> Rows, Currency Currency)
{
    /// <summary>Charges of the scope that have no price and are in no figure here.</summary>
    public long Unpriced { get; init; }

    /// <summary>The same as a table.</summary>
    public Sheet ToSheet()
    {
        var total = Rows.Aggregate(
            new DeviceRow("total", "", 0, default, default, default, default, 0),
            static (sum, row) => sum with
            {
                Leases = sum.Leases + row.Leases,
                Stages = sum.Stages + row.Stages,
                WarmUp = sum.WarmUp + row.WarmUp,
                Idle = sum.Idle + row.Idle,
                Lost = sum.Lost + row.Lost,
                Rounding = sum.Rounding + row.Rounding,
            });
        return new(
            "devices",
            "Leased time by device",
            ["device", "resource", "leases", "leased", "stages", "warm-up", "idle", "lost", "used", "cost", "cost of idle", "cost of lost"],
            [.. Rows.Append(total).Select(Cells)],
            HasTotal: true)
        {
            Unpriced = Unpriced,
        };
    }

    private IReadOnlyList<SheetCell> Cells(DeviceRow row) =>
    [
        SheetCell.Of(row.Device), SheetCell.Of(row.Resource), SheetCell.Of(row.Leases), SheetCell.OfTime(row.Leased.Time), SheetCell.OfTime(row.Stages.Time), SheetCell.OfTime(row.WarmUp.Time),
        SheetCell.OfTime(row.Idle.Time), SheetCell.OfTime(row.Lost.Time), SheetCell.OfShare(row.Leased.Time > 0 ? (long)(row.Stages.Time * 1_000_000 / row.Leased.Time) : 0),
        Money(row.Leased.Amount), Money(row.Idle.Amount), Money(row.Lost.Amount),
    ];

    private SheetCell Money(Int128 units) => SheetCell.Of(new CurrencyAmount(units, Currency));

    internal static DeviceReport Read(LedgerTransaction transaction, ReportQuery query)
    {
        MissingRates.Refuse(transaction, query);
        var devices = transaction.Query<(string Id, string Device)>("SELECT id, device FROM leases").ToDictionary(static row => row.Id, static row => row.Device, StringComparer.Ordinal);
        var rows = new SortedDictionary<(string Device, string Resource), (DeviceRow Row, HashSet<string> Leases)>();
        var (from, to) = CostQuery.Days(query);
        foreach (var (_, kind, sum) in RollupRows.Read(transaction, from, to, query.RunId))
        {
            if (kind.LeaseId is not { } lease || !devices.TryGetValue(lease, out var device) || (query.Tag is { } tag && !TagSet.Parse(kind.Tags).Contains(tag)))
            {
                continue;
            }

            _ = StageNames.TryParse(kind.Stage, out var stage);
            if (!rows.TryGetValue((device, kind.Resource), out var known))
            {
                known = (new DeviceRow(device, kind.Resource, 0, default, default, default, default, 0), new HashSet<string>(StringComparer.Ordinal));
            }

            known.Leases.Add(lease);
            var use = new DeviceUse(sum.Time, query.Currency == Currency.Eur ? sum.Eur : sum.Amount);
            rows[(device, kind.Resource)] = (Add(known.Row, stage, use), known.Leases);
        }

        return new DeviceReport([.. rows.Values.Select(static each => each.Row with { Leases = each.Leases.Count })], query.Currency);
    }

    private static DeviceRow Add(DeviceRow row, Stage stage, DeviceUse use) => stage switch
    {
        Stage.WarmUp => row with { WarmUp = row.WarmUp + use },
        Stage.Idle => row with { Idle = row.Idle + use },
        Stage.Lost => row with { Lost = row.Lost + use },
        Stage.Rounding => row with { Rounding = row.Rounding + use.Amount },
        _ => row with { Stages = row.Stages + use },
    };
}
