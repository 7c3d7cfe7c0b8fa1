namespace Farthing.Rendering.Jobs;

/// <summary>Another process renders the same run.</summary>
/// <param name="runId">The run.</param>
public sealed class RunInUseException(string runId)
    : Exception($"The run '{runId}' is being rendered by another process. Wait for it, or give another --out.");
