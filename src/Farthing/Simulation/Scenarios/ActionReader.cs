using Farthing.Configuration;

namespace Farthing.Simulation.Scenarios;

/// <summary>Reads a rule's <c>then</c>: at most one thing that happens, and times and usage beside it.</summary>
internal sealed class ActionReader(YamlSection section, List<ConfigurationError> errors)
{
    private static readonly string[] Kinds = ["status", "hang", "drop", "cut_after", "malformed_after", "slow"];

    /// <summary>Reads it.</summary>
    public RuleAction Read()
    {
        string[] found = [.. Kinds.Where(section.Has)];
        if (found.Length > 1)
        {
            section.Refuse(found[1], $"'then' has {string.Join(" and ", found)}; one thing can happen to a call. Write two rules.");
        }

        LatencyLaw? latency = section.Latency("latency", errors);
        double? usage = ReadUsage();
        if (found.Length == 0 && latency is null && usage is null)
        {
            errors.Add(new ConfigurationError(section.Line, $"'then' says nothing; it has {string.Join(", ", Kinds)}, usage and latency."));
        }

        RuleAction action = (found.FirstOrDefault() switch
        {
            "status" => ReadStatus(),
            "hang" => new RuleAction { Kind = ActionKind.Hang, HangFor = section.Text("hang") == "true" ? null : section.Duration("hang") },
            "drop" => new RuleAction { Kind = section.OneOf("drop", "true") is null ? ActionKind.Answer : ActionKind.Drop },
            "cut_after" => new RuleAction { Kind = ActionKind.Cut, After = (int)(section.Whole("cut_after", 0, int.MaxValue) ?? 0) },
            "malformed_after" => new RuleAction { Kind = ActionKind.Malformed, After = (int)(section.Whole("malformed_after", 0, int.MaxValue) ?? 0) },
            "slow" => ReadSlow(),
            _ => new RuleAction(),
        }) with
        { Latency = latency, UsageFactor = usage };
        if (action.Kind != ActionKind.Status && (section.Has("retry_after") || section.Has("message")))
        {
            section.Refuse(section.Has("retry_after") ? "retry_after" : "message", "'retry_after' and 'message' belong to a 'status'.");
        }

        section.RefuseOthers();
        return action;
    }

    private RuleAction ReadStatus() => new()
    {
        Kind = ActionKind.Status,
        Status = (int)(section.Whole("status", 400, 599) ?? 500),
        RetryAfter = section.Duration("retry_after"),
        Message = section.Text("message"),
    };

    private RuleAction ReadSlow()
    {
        if (section.Section("slow") is not { } slow)
        {
            return new RuleAction();
        }

        var action = new RuleAction
        {
            Kind = ActionKind.Slow,
            SlowBytes = (int)(slow.Whole("bytes", 1, 1_000_000) ?? 1),
            SlowEvery = slow.Duration("every") ?? TimeSpan.FromSeconds(1),
        };
        slow.RefuseOthers();
        return action;
    }

    private double? ReadUsage() => section.Text("usage") switch
    {
        null => null,
        "none" => 0,
        _ => section.Number("usage", 0, 1_000),
    };
}
