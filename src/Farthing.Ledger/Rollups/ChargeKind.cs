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
        row.GetString(from),
        row.GetString(from + 1),
        row.GetString(from + 2),
        row.GetString(from + 3),
        row.IsDBNull(from + 4) ? null : row.GetString(from + 4),
        row.IsDBNull(from + 5) ? null : row.GetString(from + 5),
        row.GetString(from + 6),
        row.GetString(from + 7),
        row.GetInt64(from + 8));

    public override string ToString() =>
        $"{Resource} {Meter} for {Stage} in the run '{RunId}'{(LeaseId is null ? "" : $" on the lease '{LeaseId}'")}{(Tags.Length == 0 ? "" : $" with the tags '{Tags}'")}";
}
