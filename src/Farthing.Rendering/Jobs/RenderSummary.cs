using Farthing.Rendering.Manifests;

namespace Farthing.Rendering.Jobs;

/// <summary>How a run ended; its costs are in the ledger under <see cref="RunId"/>.</summary>
public sealed record RenderSummary
{
    /// <summary>The run.</summary>
    public required string RunId { get; init; }

    /// <summary>Rows of the run.</summary>
    public required int Total { get; init; }

    /// <summary>Pictures made now.</summary>
    public required int Delivered { get; init; }

    /// <summary>Pictures that an earlier start had made.</summary>
    public required int AlreadyDelivered { get; init; }

    /// <summary>Rows that gave no picture, and why.</summary>
    public required IReadOnlyList<RowError> Failures { get; init; }

    /// <summary>What should be known of the precisions and their savings, in sentences.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Whether it was cancelled before its end.</summary>
    public required bool Cancelled { get; init; }
}
