using Farthing.Ledger.Storage;

namespace Farthing.Ledger.Alarms;

/// <summary>What is done about changes of alarms.</summary>
public sealed record AlarmTelling
{
    /// <summary>Whether there is somebody to tell, so that every change is a message of the outbox too.</summary>
    public bool IsTold { get; init; }

    /// <summary>An alarm that still fires is told again after so long; zero for never.</summary>
    public TimeSpan Repeat { get; init; }
}

/// <summary>
/// How alarms are, in the ledger. A change and its message are one transaction: what fired is told, whatever dies when. Two processes that
/// find the same thing change it once.
/// </summary>
/// <param name="store">The ledger.</param>
/// <param name="time">The clock.</param>
public sealed class AlarmBook(LedgerStore store, TimeProvider time)
{
    /// <summary>The alarms that fire.</summary>
    /// <exception cref="LedgerException">The ledger can't be read.</exception>
    public IReadOnlyList<AlarmChange> Firing() => store.Read(AlarmRows.Firing);

    /// <summary>Takes what an evaluation found. Alarms of rules that it was not about stay as they are.</summary>
    /// <returns>What changed.</returns>
    /// <exception cref="LedgerException">The ledger can't be written; nothing was changed.</exception>
    public IReadOnlyList<AlarmChange> Apply(IReadOnlyList<AlarmLook> looks, AlarmTelling telling)
    {
        ArgumentNullException.ThrowIfNull(looks);
        ArgumentNullException.ThrowIfNull(telling);
        var now = time.GetUtcNow();

        // Most evaluations change nothing, and then they wait for no writer.
        if (Changes(Firing(), looks, telling, now).Count == 0)
        {
            return [];
        }

        return store.Write(transaction =>
        {
            List<AlarmChange> done = [];
            foreach (var (change, finding) in Changes(AlarmRows.Firing(transaction), looks, telling, now))
            {
                done.Add(Add(transaction, change, finding, telling));
            }

            return done;
        });
    }

    /// <summary>Resolves all that fires under a name that no rule has any more.</summary>
    /// <returns>What changed.</returns>
    /// <exception cref="LedgerException">The ledger can't be written; nothing was changed.</exception>
    public IReadOnlyList<AlarmChange> Close(string name, AlarmTelling telling)
    {
        ArgumentNullException.ThrowIfNull(telling);
        var now = time.GetUtcNow();
        return store.Write(transaction => (IReadOnlyList<AlarmChange>)
        [
            .. AlarmRows.Firing(transaction).Where(alarm => alarm.Alarm == name).Select(alarm =>
            {
                var finding = Gone(alarm) with { Summary = "Closed by hand." };
                return Add(transaction, Resolved(alarm, finding, now), finding, telling);
            }),
        ]);
    }

    /// <summary>Steps for each rule that could look: 1. what is over its limit fires or is told again, 2. all else that fires is resolved.</summary>
    private static List<(AlarmChange Change, AlarmFinding Finding)> Changes(
        IReadOnlyList<AlarmChange> firing, IReadOnlyList<AlarmLook> looks, AlarmTelling telling, DateTimeOffset now)
    {
        var known = firing.ToDictionary(static alarm => (alarm.Alarm, alarm.Subject));
        List<(AlarmChange, AlarmFinding)> changes = [];
        foreach (var look in looks.Where(static look => look.Problem is null))
        {
            var findings = look.Findings.ToDictionary(static finding => finding.Subject);
            foreach (var finding in look.Findings.Where(static finding => finding.IsOver))
            {
                if (!known.TryGetValue((look.Rule.Name, finding.Subject), out var alarm))
                {
                    changes.Add((Made(look.Rule, finding, AlarmState.Firing, now, now), finding));
                }
                else if (telling.Repeat > TimeSpan.Zero && alarm.At + telling.Repeat <= now)
                {
                    changes.Add((Made(look.Rule, finding, AlarmState.Reminded, now, alarm.Since), finding));
                }
            }

            foreach (var alarm in firing.Where(alarm => alarm.Alarm == look.Rule.Name))
            {
                var finding = findings.GetValueOrDefault(alarm.Subject) ?? Gone(alarm);
                if (!finding.IsOver)
                {
                    changes.Add((Resolved(alarm, finding, now), finding));
                }
            }
        }

        return changes;
    }

    private static AlarmFinding Gone(AlarmChange alarm) => new(alarm.Subject, false, "", alarm.Limit, alarm.Unit, "There is nothing of it any more in what is looked at.");

    private static AlarmChange Resolved(AlarmChange alarm, AlarmFinding finding, DateTimeOffset now) => alarm with
    {
        State = AlarmState.Resolved,
        At = now,
        Observed = finding.Observed,
        Limit = finding.Limit,
        Unit = finding.Unit,
        Summary = finding.Summary,
    };

    private static AlarmChange Made(AlarmRule rule, AlarmFinding finding, AlarmState state, DateTimeOffset now, DateTimeOffset since) => new()
    {
        Number = 0,
        Alarm = rule.Name,
        Subject = finding.Subject,
        Kind = rule.Kind,
        State = state,
        At = now,
        Since = since,
        Observed = finding.Observed,
        Limit = finding.Limit,
        Unit = finding.Unit,
        Summary = finding.Summary,
    };

    private static AlarmChange Add(LedgerTransaction transaction, AlarmChange change, AlarmFinding finding, AlarmTelling telling)
    {
        var added = AlarmRows.Add(transaction, change, finding);
        if (telling.IsTold)
        {
            OutboxRows.Add(transaction, added, AlarmMessage.Write(added, finding));
        }

        return added;
    }
}
