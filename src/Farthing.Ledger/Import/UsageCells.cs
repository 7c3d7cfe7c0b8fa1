using Farthing.Ledger.Money;
using Farthing.Ledger.Posting;
using Farthing.Ledger.Prices;
using Farthing.Ledger.Prices.Rerating;
using Farthing.Ledger.Usage;

namespace Farthing.Ledger.Import;

/// <summary>Turns a line of a usage file into what the journal takes. What is missing is a <see cref="FormatException"/>.</summary>
internal sealed class UsageCells(UsageRow row, DateTimeOffset latest)
{
    /// <summary>A charge that had such an id would keep the ledger's own from being posted.</summary>
    private static string[] Reserved { get; } = [UsageUses.Prefix, Corrections.IdPrefix];

    private static Dictionary<string, AttemptOutcome> Outcomes { get; } =
        Enum.GetValues<AttemptOutcome>().ToDictionary(static outcome => outcome.ToString().ToLowerInvariant(), StringComparer.Ordinal);

    public string Type => Text(row.Type, "type");

    public Lease Lease() => new(Text(row.Id, "id"), Run(), row.Device ?? Text(row.Resource, "resource"), Text(row.Resource, "resource"), row.Cores ?? 1, At());

    public (string Lease, DeviceTime Elapsed, DeviceTime Idle, DateTimeOffset At) Close() =>
        (Text(row.Lease, "lease"), new DeviceTime(Number(row.ElapsedUs, "elapsed_us")), new DeviceTime(row.IdleUs ?? 0), At());

    public ImportedLot Lot(int most) => row.Count is > 0 && row.Count <= most
        ? new ImportedLot(Run(), Text(row.Lot, "lot"), row.Count.Value, OutcomeOf(), row.Reason ?? "", Tags(), At())
        : throw new FormatException($"'count' must be a whole number from 1 to {most}.");

    /// <summary>The lot whose renders used what the line says; null for none.</summary>
    public (string Run, string Lot)? UsedLot() => row is { Type: "use" or "saved", Lot: { } lot } ? (Run(), lot) : null;

    public UsageFact Fact() => new()
    {
        Id = Text(row.Id, "id") is var id && Array.Find(Reserved, prefix => id.StartsWith(prefix, StringComparison.Ordinal)) is { } prefix
            ? throw new FormatException($"'id' begins with {prefix}, as only ids that the ledger gives itself do.")
            : id,
        At = At(),
        RunId = Run(),
        RenderId = row.Lot is { } lot ? ImportedLot.RenderOf(lot, 1) : null,
        Attempt = row.Lot is null ? 0 : 1,
        BatchId = row.Lot,
        Stage = StageOf(),
        Resource = Text(row.Resource, "resource"),
        Meter = MeterOf(),
        Quantity = Number(row.Quantity, "quantity"),
        DeviceTime = row.TimeUs is { } time ? new DeviceTime(time) : null,
        LeaseId = row.Lease,
        Tags = Tags(),
    };

    public SavingsMemo Memo() => new()
    {
        Id = Text(row.Id, "id"),
        At = At(),
        RunId = Run(),
        RenderId = row.Lot is { } lot ? ImportedLot.RenderOf(lot, 1) : null,
        Attempt = row.Lot is null ? 0 : 1,
        Kind = SavingsKindNames.TryParse(row.Kind, out var kind) ? kind : throw new FormatException(
            $"the kind '{row.Kind}' is unknown: write {string.Join(", ", Enum.GetValues<SavingsKind>().Select(static each => each.Code()))}."),
        Stage = StageOf(),
        Resource = Text(row.Resource, "resource"),
        Meter = MeterOf(),
        Quantity = Number(row.Quantity, "quantity"),
        Evidence = Text(row.Evidence, "evidence"),
    };

    private AttemptOutcome OutcomeOf() => Outcomes.TryGetValue(Text(row.Outcome, "outcome"), out var outcome)
        ? outcome
        : throw new FormatException($"the outcome '{row.Outcome}' is unknown: write {string.Join(", ", Outcomes.Keys)}.");

    private TagSet Tags() => TenantTag.Add(TagSet.Parse(row.Tags), row.Tenant);

    private string Run() => Text(row.Run, "run");

    private DateTimeOffset At() => UsageInstant.TryParse(row.At, out var at)
        ? at <= latest ? at : throw new FormatException($"'at' is {row.At}, which is ahead of this machine's clock. Set the clock that wrote it.")
        : throw new FormatException("'at' must be an instant from 1970 on with Z or an offset, such as 2026-11-20T08:00:00Z.");

    private Stage StageOf() => StageNames.TryParse(row.Stage, out var stage)
        ? stage
        : throw new FormatException($"the stage '{row.Stage}' is unknown: write {string.Join(", ", StageNames.All.Select(static each => each.Code()))}.");

    private string MeterOf() => Meters.Names.Contains(row.Meter) || Meters.IsCustom(row.Meter ?? "")
        ? row.Meter!
        : throw new FormatException($"the meter '{row.Meter}' is unknown: write {string.Join(", ", Meters.Names)}, or one of your own that begins with {Meters.CustomPrefix}.");

    private static string Text(string? value, string name) =>
        string.IsNullOrWhiteSpace(value) ? throw new FormatException($"'{name}' is missing.") : value;

    private static long Number(long? value, string name) => value switch
    {
        null => throw new FormatException($"'{name}' is missing: write a whole number."),
        < 0 => throw new FormatException($"'{name}' is below 0."),
        _ => value.Value,
    };
}
