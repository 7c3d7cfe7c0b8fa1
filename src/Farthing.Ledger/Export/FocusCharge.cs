using Farthing.Ledger.Money;
using Farthing.Ledger.Posting;
using Farthing.Ledger.Prices;

namespace Farthing.Ledger.Export;

/// <summary>A charge as the export reads it.</summary>
internal sealed record FocusCharge
{
    public required long Seq { get; init; }

    public required long At { get; init; }

    public required string RunId { get; init; }

    public string? RenderId { get; init; }

    public required int Attempt { get; init; }

    public required Stage Stage { get; init; }

    public required string Resource { get; init; }

    public required string Meter { get; init; }

    public required long Quantity { get; init; }

    public string? LeaseId { get; init; }

    public string? SplitMethod { get; init; }

    public long? Weight { get; init; }

    public required TagSet Tags { get; init; }

    public required bool Estimated { get; init; }

    public string? Outcome { get; init; }

    public required Amount Amount { get; init; }

    public required PriceVersion Price { get; init; }

    /// <summary>Whether it was posted or priced by a re-rating after the last invoice.</summary>
    public bool IsCorrection { get; init; }

    /// <summary>The part of its batch in 10⁻¹², when it is a share of one.</summary>
    public long? Ratio { get; init; }
}
