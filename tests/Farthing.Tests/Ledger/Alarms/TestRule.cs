using Farthing.Ledger.Alarms;
using Farthing.Ledger.Storage;

namespace Farthing.Tests.Ledger.Alarms;

/// <summary>A rule that finds what a test says.</summary>
internal sealed record TestRule(string Name) : AlarmRule(Name)
{
    public override string Kind => "test";

    public override string Limit => "5 %";

    public List<AlarmFinding> Found { get; } = [];

    public static AlarmFinding Finding(bool isOver, string subject = "", string observed = "7") => new(subject, isOver, observed, "5", "%", $"It is {observed} %.");

    public TestRule With(params AlarmFinding[] findings)
    {
        Found.Clear();
        Found.AddRange(findings);
        return this;
    }

    public override IReadOnlyList<AlarmFinding> Look(AlarmScene scene) => Found;

    public AlarmLook Judged() => new(this, Found, null);

    public AlarmLook NotJudged() => new(this, [], new LedgerException(LedgerFault.NoRate, "no rate").Message);
}
