using Farthing.Ledger.Storage;

namespace Farthing.Ledger.Reports;

/// <summary>
/// Where a pipeline that books into the ledger keeps, attempt by attempt and in a table of its own, whom it asked. Its charges say only what they are priced
/// as, which several providers may share.
/// </summary>
/// <param name="RunId">The run of its charges.</param>
/// <param name="Table">The table.</param>
/// <param name="Render">The column of its attempts' renders.</param>
/// <param name="Attempt">The column of which attempt it is.</param>
/// <param name="Provider">The column of the name.</param>
public sealed record ProviderNames(string RunId, string Table, string Render, string Attempt, string Provider)
{
    /// <summary>Whether a ledger has the table: not every one was booked into by the pipeline.</summary>
    internal bool IsIn(LedgerTransaction transaction) => transaction.Scalar<long>(
        transaction.IsSqlite ? "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = @Table" : "SELECT count(*) FROM pg_class WHERE oid = to_regclass(@Table)",
        new { Table }) > 0;
}
