namespace Farthing.Rendering.Jobs;

/// <summary>Where a render stands.</summary>
internal enum JobState
{
    Running,
    Delivered,
    Failed,
    Cancelled,
}

/// <summary>What is known of a render from earlier starts.</summary>
/// <param name="State">Where it stands.</param>
/// <param name="Attempt">Its last attempt, from 1.</param>
/// <param name="ObjectKey">The picture's key; empty where there is none.</param>
/// <param name="Reason">Why it failed; empty otherwise.</param>
internal sealed record JobRecord(JobState State, int Attempt, string ObjectKey, string Reason);
