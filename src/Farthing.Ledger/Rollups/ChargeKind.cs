using System.Data.Common;
using Farthing.Ledger.Posting;

namespace Farthing.Ledger.Rollups;

/// <summary>What charges have in common that reports cut by. A ledger has few kinds and many charges of each.</summary>
internal readonly record struct ChargeKind(
    string RunId, string Stage, string Resource, string Meter, string? LeaseId, string? SplitMethod, string Tags, string Precision, long Estimated)
{
    /// <summary>The columns that <see cref="Read"/> reads, of <c>charge_kinds AS k</c> or <c>charges AS k</c>.</summary>
    public const string Columns = "k.run_id, k.stage, k.resource, k.meter, k.lease_id, k.split_method, k.tags, k.precision, k.estimated";

    public static ChargeKind Of(UsageFact fact) => new(
        fact.RunId,
        fact.Stage.Code(),
        fact.Resource,
        fact.Meter,
        fact.LeaseId,
        fact.SplitMethod,
        fact.Tags.Text,
        fact.Precision,
        fact.Estimated ? 1 : 0);

    public static ChargeKind Read(DbDataReader row, int from) => new(
        Text(row, from) ?? "",
        Text(row, from + 1) ?? "",
        Text(row, from + 2) ?? "",
        Text(row, from + 3) ?? "",
        Text(row, from + 4),
        Text(row, from + 5),
        Text(row, from + 6) ?? "",
        Text(row, from + 7) ?? "",
        row.IsDBNull(from + 8) ? 0 : row.GetInt64(from + 8));

    // A kind that somebody removed leaves its charges without one, and the check of the chain says so.
    private static string? Text(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    public override string ToString() =>
        $"{Resource} {Meter} for {Stage} in the run '{RunId}'{(LeaseId is null ? "" : $" on the lease '{LeaseId}'")}{(Tags.Length == 0 ? "" : $" with the tags '{Tags}'")}";
}
