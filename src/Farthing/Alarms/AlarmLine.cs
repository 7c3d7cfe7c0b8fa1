using Farthing.Ledger.Alarms;

namespace Farthing.Alarms;

/// <summary>An alarm as it is shown: a subject of a rule with what was found, or what fires of a rule that is not in the configuration.</summary>
internal sealed record AlarmLine(string Alarm, string Kind, string Subject, string Observed, string Limit, string Unit, string Summary)
{
    /// <summary>Whether it fires.</summary>
    public bool IsFiring { get; init; }

    /// <summary>Since when; null where it does not.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Whether its rule is in the configuration.</summary>
    public bool HasRule { get; init; } = true;

    /// <summary>Why it can't be judged; null where it can.</summary>
    public string? Problem { get; init; }

    /// <summary>The state in a word or two.</summary>
    public string State => Problem is not null ? "not judged" : IsFiring ? HasRule ? "FIRING" : "FIRING, rule gone" : Observed.Length == 0 ? "no data" : "ok";

    /// <summary>What fires.</summary>
    public static AlarmLine Of(AlarmChange alarm, bool hasRule) => new(alarm.Alarm, alarm.Kind, alarm.Subject, alarm.Observed, alarm.Limit, alarm.Unit, alarm.Summary)
    {
        IsFiring = true,
        Since = alarm.Since,
        HasRule = hasRule,
    };

    /// <summary>All of an evaluation, in the order of the rules, then what fires beside them.</summary>
    public static IReadOnlyList<AlarmLine> Of(IReadOnlyList<AlarmLook> looks, IReadOnlyList<AlarmChange> firing)
    {
        var known = firing.ToDictionary(static alarm => (alarm.Alarm, alarm.Subject));
        var rules = looks.Select(static look => look.Rule.Name).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. looks.SelectMany(look => Of(look, known, firing)),
            .. firing.Where(alarm => !rules.Contains(alarm.Alarm)).Select(static alarm => Of(alarm, hasRule: false)),
        ];
    }

    private static IEnumerable<AlarmLine> Of(AlarmLook look, Dictionary<(string, string), AlarmChange> known, IReadOnlyList<AlarmChange> firing)
    {
        if (look.Problem is not null)
        {
            // What fired before still does, as far as anybody knows.
            AlarmLine[] before = [.. firing.Where(alarm => alarm.Alarm == look.Rule.Name).Select(static alarm => Of(alarm, hasRule: true))];
            return [.. before, new AlarmLine(look.Rule.Name, look.Rule.Kind, "", "", look.Rule.Limit, "", look.Problem) { Problem = look.Problem }];
        }

        return look.Findings.Count == 0
            ? [new AlarmLine(look.Rule.Name, look.Rule.Kind, "", "", look.Rule.Limit, "", "There is nothing of it.")]
            : look.Findings.Select(finding => new AlarmLine(look.Rule.Name, look.Rule.Kind, finding.Subject, finding.Observed, finding.Limit, finding.Unit, finding.Summary)
            {
                IsFiring = finding.IsOver,
                Since = known.GetValueOrDefault((look.Rule.Name, finding.Subject))?.Since,
            });
    }
}

/// <summary>What <c>farthing alarms</c> prints.</summary>
/// <param name="At">When.</param>
/// <param name="Lines">The alarms.</param>
/// <param name="Messages">What is not delivered, and what is dead.</param>
internal sealed record AlarmBoard(DateTimeOffset At, IReadOnlyList<AlarmLine> Lines, IReadOnlyList<OutboxMessage> Messages)
{
    /// <summary>What was sent; null where nothing was to be.</summary>
    public WebhookRound? Sent { get; init; }

    /// <summary>How many alarms changed.</summary>
    public int Changes { get; init; }
}
