namespace Farthing.Ledger.Posting;

/// <summary>How an attempt ended. Its charges count whatever it was.</summary>
public enum AttemptOutcome
{
    /// <summary>The picture was delivered.</summary>
    Delivered,

    /// <summary>It failed with an error.</summary>
    Failed,

    /// <summary>Its worker died.</summary>
    Lost,

    /// <summary>Another attempt had delivered already.</summary>
    Duplicate,

    /// <summary>It was stopped on request.</summary>
    Cancelled,
}

/// <summary>One attempt at one render.</summary>
/// <param name="RunId">The run.</param>
/// <param name="RenderId">The render.</param>
/// <param name="Number">Which attempt, from 1.</param>
public sealed record AttemptKey(string RunId, string RenderId, int Number);

/// <summary>What became of an outcome that was reported.</summary>
/// <param name="InForce">The outcome that the attempt has: the first one reported.</param>
/// <param name="IsNew">Whether it is new with this report.</param>
/// <param name="IsAccepted">Whether the attempt has the outcome that was reported; false for a worker that came too late.</param>
public readonly record struct OutcomeResult(AttemptOutcome InForce, bool IsNew, bool IsAccepted);
