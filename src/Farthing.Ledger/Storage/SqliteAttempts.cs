using Microsoft.Data.Sqlite;

namespace Farthing.Ledger.Storage;

/// <summary>
/// The rows of attempts and outcomes as SQLite keeps them: a render has a number, what many share is a kind, and an outcome's time is the time
/// since its start. The views <c>attempts</c> and <c>attempt_outcomes</c> give back what was posted.
/// </summary>
internal sealed class SqliteAttempts(SqliteConnection connection) : IDisposable
{
    private readonly SqliteStatement _start = new(
        connection,
        "INSERT INTO attempt_rows (render, attempt, kind, started_at, link, chk) VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (render, attempt) DO NOTHING");

    private readonly SqliteStatement _end = new(
        connection,
        """
        INSERT INTO outcome_rows (render, attempt, kind, after, link, chk)
        SELECT a.render, a.attempt, ?3, ?4 - a.started_at, ?5, ?6 FROM attempt_rows AS a WHERE a.render = ?1 AND a.attempt = ?2
        ON CONFLICT (render, attempt) DO NOTHING
        """);

    private readonly Dictionary<AttemptForm, long> _forms = [];
    private readonly Dictionary<(string Outcome, string Reason), long> _outcomes = [];
    private LedgerTransaction? _transaction;

    /// <summary>Begins a transaction: kinds of one that was rolled back are gone with it.</summary>
    public void Enter(LedgerTransaction transaction)
    {
        _transaction = transaction;
        _forms.Clear();
        _outcomes.Clear();
    }

    /// <summary>Adds a started attempt as the chain knows it; false when it is there already.</summary>
    public bool TryStart(object?[] row)
    {
        var form = new AttemptForm(
            (string?)row[3], (string)row[4]!, (string)row[6]!, (string?)row[7], (long?)row[8], (long?)row[9], (long?)row[10], (long?)row[11], (long)row[12]!);
        return _start.Run(RenderOf(row), row[2], KindOf(form), row[5], row[13], row[14]) == 1;
    }

    /// <summary>Adds an outcome as the chain knows it; false when the attempt has one. The attempt must have been started.</summary>
    public bool TryEnd(object?[] row) => _end.Run(RenderOf(row), row[2], KindOf((string)row[3]!, (string)row[4]!), row[5], row[6], row[7]) == 1;

    public void Dispose()
    {
        _start.Dispose();
        _end.Dispose();
    }

    private long RenderOf(object?[] row) => _transaction!.Renders.Of((string)row[0]!, (string)row[1]!);

    private long KindOf(AttemptForm form)
    {
        if (!_forms.TryGetValue(form, out var kind))
        {
            // Leases are many and forms are few, so that one of a lease is looked for by the lease; the plus keeps SQLite from the other index.
            var sql = form.LeaseId is null
                ? "lease_id IS NULL AND tags = @Tags AND model IS @Model AND precision = @Precision AND width IS @Width AND height IS @Height AND steps IS @Steps AND passes IS @Passes"
                : "lease_id = @LeaseId AND tags = @Tags AND +model IS @Model AND precision = @Precision AND width IS @Width AND height IS @Height AND steps IS @Steps AND passes IS @Passes";
            _forms[form] = kind = _transaction!.Scalar<long?>($"SELECT seq FROM attempt_kinds WHERE {sql} AND forced = @Forced", form)
                ?? _transaction.Scalar<long>(
                    """
                    INSERT INTO attempt_kinds (lease_id, tags, precision, model, width, height, steps, passes, forced)
                    VALUES (@LeaseId, @Tags, @Precision, @Model, @Width, @Height, @Steps, @Passes, @Forced) RETURNING seq
                    """,
                    form);
        }

        return kind;
    }

    private long KindOf(string outcome, string reason)
    {
        if (!_outcomes.TryGetValue((outcome, reason), out var kind))
        {
            _outcomes[(outcome, reason)] = kind = _transaction!.Scalar<long?>("SELECT seq FROM outcome_kinds WHERE outcome = @outcome AND reason = @reason", new { outcome, reason })
                ?? _transaction.Scalar<long>("INSERT INTO outcome_kinds (outcome, reason) VALUES (@outcome, @reason) RETURNING seq", new { outcome, reason });
        }

        return kind;
    }

    private sealed record AttemptForm(
        string? LeaseId, string Tags, string Precision, string? Model, long? Width, long? Height, long? Steps, long? Passes, long Forced);
}
