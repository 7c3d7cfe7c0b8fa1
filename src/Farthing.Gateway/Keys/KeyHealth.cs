using Farthing.Gateway.Configuration;

namespace Farthing.Gateway.Keys;

/// <summary>One key and how it is. Its ring guards it.</summary>
internal sealed class KeyHealth(KeyOptions key)
{
    private static readonly TimeSpan LongestProbe = TimeSpan.FromHours(1);
    private TimeSpan _probeAfter;

    public KeyOptions Key => key;

    /// <summary>Whether it may be chosen in the choice that is being made.</summary>
    public bool IsCandidate { get; set; }

    public bool IsOut { get; private set; }

    public DateTimeOffset? CoolUntil { get; set; }

    public DateTimeOffset ProbeAt { get; set; }

    /// <summary>What it may not use, though it is well for other models.</summary>
    public RefusedModels Refused { get; } = new();

    public bool Serves(string model) => key.Serves(model);

    public bool IsWell(DateTimeOffset now) => !IsOut && (CoolUntil is not { } until || until <= now);

    /// <summary>Out, and to be probed later; each failed probe doubles the wait.</summary>
    public void GoOut(DateTimeOffset now, TimeSpan first)
    {
        if (IsOut && ProbeAt != DateTimeOffset.MaxValue)
        {
            // A call that began before it went out: the probe is planned already.
            return;
        }

        _probeAfter = !IsOut ? first : _probeAfter * 2 < LongestProbe ? _probeAfter * 2 : LongestProbe;
        (IsOut, ProbeAt) = (true, now + _probeAfter);
    }

    /// <summary>The same key of an earlier configuration: it is as well or as ill as that one.</summary>
    public void CarryFrom(KeyHealth earlier, DateTimeOffset now)
    {
        (IsOut, CoolUntil, _probeAfter) = (earlier.IsOut, earlier.CoolUntil, earlier._probeAfter);

        // A probe that is under way reports to the earlier one only.
        ProbeAt = earlier.ProbeAt == DateTimeOffset.MaxValue ? now : earlier.ProbeAt;
        Refused.CarryFrom(earlier.Refused, now);
    }

    public void ComeBack() => (IsOut, CoolUntil) = (false, null);
}
