namespace Farthing.Gateway.SemanticCache.Guarding;

/// <summary>Whether the answer to one text may be served for another.</summary>
/// <param name="Reason">Why not; <see cref="GuardReason.None"/> where it may.</param>
/// <param name="Detail">The word, number or phrase that differs; empty for none.</param>
public readonly record struct GuardVerdict(GuardReason Reason, string Detail = "")
{
    /// <summary>The two say the same.</summary>
    public static GuardVerdict Same => default;

    /// <summary>Whether the answer may be served.</summary>
    public bool IsSame => Reason == GuardReason.None;

    /// <summary>For a log, such as <c>same</c>, <c>negation: lid</c> or <c>word: houndstooth</c>.</summary>
    public override string ToString() => Reason switch
    {
        GuardReason.None => "same",
        GuardReason.UnknownScript => "unknown-script",
        _ when Detail.Length > 0 => $"{Name}: {Detail}",
        _ => Name,
    };

    private string Name => Reason.ToString().ToLowerInvariant();
}
