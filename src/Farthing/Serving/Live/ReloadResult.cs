namespace Farthing.Serving.Live;

/// <summary>What came of reading the configuration again.</summary>
/// <param name="IsInForce">Whether what the file says is in force now.</param>
/// <param name="Version">The version in force.</param>
/// <param name="Errors">Why the one before was kept; empty where it was not.</param>
/// <param name="NeedsRestart">What changed in the file and holds only from the next start.</param>
internal sealed record ReloadResult(bool IsInForce, int Version, IReadOnlyList<string> Errors, IReadOnlyList<string> NeedsRestart);
