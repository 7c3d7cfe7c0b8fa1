using Dapper;
using Farthing.Ledger.Money;
using Farthing.Ledger.Prices;
using Farthing.Ledger.Storage;

namespace Farthing.Ledger.Posting;

/// <summary>What the denoising of delivered renders of one form took, as this ledger has it.</summary>
/// <param name="Renders">How many renders it is the mean of, from 1.</param>
/// <param name="Mean">Core-microseconds a render, rounded half to even.</param>
public sealed record DenoisingUse(long Renders, long Mean)
{
    /// <summary>Renders before the latest so many are left out: machines change.</summary>
    public const int MostRenders = 1000;

    /// <summary>The mean over the latest delivered renders of a form; null when there is none.</summary>
    /// <param name="transaction">An open transaction.</param>
    /// <param name="form">Model, precision, sizes, steps and passes, all of which must be equal. Whether it was forced does not count.</param>
    /// <param name="resource">What the device time is priced as, such as <c>cpu</c>.</param>
    public static DenoisingUse? Find(LedgerTransaction transaction, RenderForm form, string resource)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        ArgumentNullException.ThrowIfNull(form);
        var rows = transaction.Query<long>(
            $"""
            SELECT quantity FROM (
                SELECT a.started_at AS started, (
                    SELECT CAST(sum(c.quantity) AS BIGINT) FROM charges AS c
                    WHERE c.run_id = a.run_id AND c.render_id = a.render_id AND c.attempt = a.attempt
                        AND c.stage = 'unet' AND c.resource = @resource AND c.meter = @meter{(transaction.IsSqlite ? ChargeRows.OfRender("a") : "")}) AS quantity
                FROM attempts AS a
                JOIN attempt_outcomes AS o ON o.run_id = a.run_id AND o.render_id = a.render_id AND o.attempt = a.attempt AND o.outcome = 'delivered'
                WHERE a.model = @Model AND a.precision = @Precision AND a.width = @Width AND a.height = @Height
                    AND a.steps = @Steps AND a.passes = @GuidancePasses) AS renders
            WHERE quantity > 0 ORDER BY started DESC LIMIT @MostRenders
            """,
            new
            {
                form.Model,
                form.Precision,
                form.Width,
                form.Height,
                form.Steps,
                form.GuidancePasses,
                resource,
                meter = Meters.DeviceTime,
                MostRenders,
            }).AsList();
        return rows.Count == 0
            ? null
            : new DenoisingUse(rows.Count, (long)HalfEven.Divide(rows.Aggregate(Int128.Zero, static (sum, row) => sum + row), rows.Count));
    }
}
