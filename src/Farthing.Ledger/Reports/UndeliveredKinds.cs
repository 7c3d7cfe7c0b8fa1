using System.Data.Common;
using Farthing.Ledger.Posting;
using Farthing.Ledger.Rollups;
using Farthing.Ledger.Storage;

namespace Farthing.Ledger.Reports;

/// <summary>
/// The kinds of rows that begin with so many other columns, each made once. In SQLite they are three numbers, and the texts are asked for once; in
/// PostgreSQL they are the texts.
/// </summary>
internal sealed class UndeliveredKinds(LedgerTransaction transaction, ReportQuery query, int from) : IDisposable
{
    private readonly DbCommand? _kind = transaction.IsSqlite ? ByNumber(transaction, $"SELECT {ChargeKind.Columns} FROM charge_kinds AS k WHERE k.seq = @number") : null;
    private readonly Dictionary<long, (string Outcome, string Cause)> _outcomes = new() { [0] = ("", "") };
    private readonly Dictionary<long, string> _runs = [];
    private readonly Dictionary<long, ChargeKind> _kinds = [];
    private readonly Dictionary<(long Kind, long Outcome, long Run), UndeliveredKind?> _numbered = [];
    private readonly Dictionary<(string Outcome, string Cause, string RunId, ChargeKind Kind), UndeliveredKind?> _named = [];

    /// <summary>The kind of a row; null when it is not of the scope, or of another run's charge that was found with the attempt's.</summary>
    public UndeliveredKind? Of(DbDataReader row)
    {
        if (transaction.IsSqlite)
        {
            var numbers = (row.GetInt64(from), row.GetInt64(from + 1), row.GetInt64(from + 2));
            return _numbered.TryGetValue(numbers, out var numbered) ? numbered : _numbered[numbers] = Make(numbers);
        }

        var names = (row.GetString(from), row.GetString(from + 1), row.GetString(from + 2), ChargeKind.Read(row, from + 3));
        return _named.TryGetValue(names, out var named) ? named : _named[names] = Make(names);
    }

    public void Dispose() => _kind?.Dispose();

    private UndeliveredKind? Make((long Kind, long Outcome, long Run) numbers)
    {
        if (!_outcomes.TryGetValue(numbers.Outcome, out var outcome))
        {
            _outcomes[numbers.Outcome] = outcome = transaction.QuerySingle<(string, string)>("SELECT outcome, reason FROM outcome_kinds WHERE seq = @Outcome", new { numbers.Outcome });
        }

        // Lost time of a lease is of no run but its kind's.
        var kind = KindOf(numbers.Kind);
        return Make((outcome.Outcome, outcome.Cause, numbers.Run == 0 ? kind.RunId : RunOf(numbers.Run), kind));
    }

    private UndeliveredKind? Make((string Outcome, string Cause, string RunId, ChargeKind Kind) names) =>
        names.Kind.RunId == names.RunId && (query.RunId ?? names.RunId) == names.RunId && (query.Tag is null || TagSet.Parse(names.Kind.Tags).Contains(query.Tag))
            ? new UndeliveredKind(names.Outcome, names.Cause, names.Kind)
            : null;

    private string RunOf(long number) =>
        _runs.TryGetValue(number, out var run) ? run : _runs[number] = transaction.Scalar<string>("SELECT run_id FROM runs WHERE seq = @number", new { number })!;

    private ChargeKind KindOf(long number)
    {
        if (!_kinds.TryGetValue(number, out var kind))
        {
            _kind!.Parameters[0].Value = number;
            using var row = _kind.ExecuteReader();

            // A kind that somebody removed has no name, and the check of the chain says so.
            _kinds[number] = kind = row.Read() ? ChargeKind.Read(row, 0) : default;
        }

        return kind;
    }

    private static DbCommand ByNumber(LedgerTransaction transaction, string sql)
    {
        var command = transaction.CreateCommand();
        command.CommandText = sql;
        command.Add("@number", 0L);
        return command;
    }
}
