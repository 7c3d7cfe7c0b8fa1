using Farthing.Ledger.Posting;
using Farthing.Ledger.Reports;

namespace Farthing.Ledger.Explain;

/// <summary>The finest place that a change is explained at.</summary>
/// <param name="Tags">The tag set of the renders.</param>
/// <param name="Stage">What it was spent on.</param>
/// <param name="Meter">What was counted.</param>
/// <param name="Resource">What was used.</param>
internal readonly record struct LineKey(string Tags, Stage Stage, string Meter, string Resource);

/// <summary>What one period used of one line, all attempts together.</summary>
internal sealed class LineUsage
{
    /// <summary>Quantity of attempts that delivered or are still open, and of usage that belongs to no attempt.</summary>
    public Int128 Useful { get; set; }

    /// <summary>Quantity of attempts that delivered nothing, and lost time.</summary>
    public Int128 Wasted { get; set; }

    /// <summary>Work behind the useful quantity: steps × latent pixels × passes; null when a charge does not say it.</summary>
    public Int128? Work { get; set; } = 0;

    /// <summary>The amount of both in 10⁻¹² of the currency.</summary>
    public Int128 Amount { get; set; }

    /// <summary>The part of the amount that was wasted.</summary>
    public Int128 WastedAmount { get; set; }

    /// <summary>Quantity that memos say was not used, by what saved it.</summary>
    public Dictionary<SavingsKind, Int128> Avoided { get; } = [];
}

/// <summary>What one period used and delivered.</summary>
internal sealed class PeriodUsage
{
    public Dictionary<LineKey, LineUsage> Lines { get; } = [];

    /// <summary>Renders that were delivered, by their tag set.</summary>
    public Dictionary<string, long> Delivered { get; } = new(StringComparer.Ordinal);

    public AttemptCounts Attempts { get; set; } = new();

    public long UnpricedCharges { get; set; }

    public LineUsage Line(LineKey key) => Lines.TryGetValue(key, out var line) ? line : Lines[key] = new LineUsage();
}
