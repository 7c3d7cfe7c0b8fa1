using Farthing.Ledger.Storage;

namespace Farthing.Ledger.Alarms;

/// <summary>A limit that somebody wants to know of when it is passed.</summary>
/// <param name="Name">Its permanent name, under which its alarms are kept.</param>
public abstract record AlarmRule(string Name)
{
    /// <summary>What it is called in the configuration, such as <c>waste</c>.</summary>
    public abstract string Kind { get; }

    /// <summary>The limit for people, such as <c>5 %</c>.</summary>
    public abstract string Limit { get; }

    /// <summary>Looks at the ledger. Nothing is changed by it.</summary>
    /// <returns>A finding for each subject that there is something to say of, over the limit or not.</returns>
    /// <exception cref="LedgerException">The ledger can't be read, or an entry has no exchange rate.</exception>
    public abstract IReadOnlyList<AlarmFinding> Look(AlarmScene scene);

    /// <summary>Looks, and takes what the ledger refuses as the result.</summary>
    public AlarmLook Judge(AlarmScene scene)
    {
        try
        {
            return new AlarmLook(this, Look(scene), null);
        }
        catch (LedgerException error)
        {
            return new AlarmLook(this, [], error.Message);
        }
    }
}

/// <summary>What one rule came to in one evaluation.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Findings">What it found.</param>
/// <param name="Problem">Why it could not look, so that its alarms stay as they are; null where it did.</param>
public sealed record AlarmLook(AlarmRule Rule, IReadOnlyList<AlarmFinding> Findings, string? Problem);
