using Farthing.Ledger.Chain;
using Farthing.Ledger.Posting;
using Farthing.Ledger.Storage;

namespace Farthing.Ledger.Alarms;

/// <summary>The rows of alarms.</summary>
internal static class AlarmRows
{
    /// <summary>How alarms are now: the last change of each, of those that fire.</summary>
    public static IReadOnlyList<AlarmChange> Firing(LedgerTransaction transaction) => Read(
        transaction,
        """
        SELECT c.seq, c.alarm, c.subject, c.kind, c.state, c.at, c.since, c.observed, c.threshold, c.unit, c.summary
        FROM alarm_changes AS c JOIN (SELECT max(seq) AS seq FROM alarm_changes GROUP BY alarm, subject) AS l ON l.seq = c.seq
        WHERE c.state <> 'resolved'
        ORDER BY c.alarm, c.subject
        """);

    /// <summary>Adds a change.</summary>
    /// <returns>It, with its number.</returns>
    public static AlarmChange Add(LedgerTransaction transaction, AlarmChange change, AlarmFinding finding)
    {
        var number = transaction.Insert(
            LedgerTables.AlarmChanges,
            change.Alarm,
            change.Subject,
            change.Kind,
            change.State.Code(),
            EventTime.ToMicroseconds(change.At),
            EventTime.ToMicroseconds(change.Since),
            change.Observed,
            change.Limit,
            change.Unit,
            change.Summary,
            finding.From is { } from ? EventTime.ToMicroseconds(from) : null,
            finding.To is { } to ? EventTime.ToMicroseconds(to) : null);
        return change with { Number = number ?? throw new InvalidOperationException("The ledger gave two changes one number.") };
    }

    private static List<AlarmChange> Read(LedgerTransaction transaction, string sql)
    {
        using var command = transaction.CreateCommand();
        command.CommandText = sql;
        using var row = command.ExecuteReader();
        List<AlarmChange> changes = [];
        while (row.Read())
        {
            changes.Add(new AlarmChange
            {
                Number = row.GetInt64(0),
                Alarm = row.GetString(1),
                Subject = row.GetString(2),
                Kind = row.GetString(3),
                State = AlarmStates.Parse(row.GetString(4)),
                At = EventTime.FromMicroseconds(row.GetInt64(5)),
                Since = EventTime.FromMicroseconds(row.GetInt64(6)),
                Observed = row.GetString(7),
                Limit = row.GetString(8),
                Unit = row.GetString(9),
                Summary = row.GetString(10),
            });
        }

        return changes;
    }
}
