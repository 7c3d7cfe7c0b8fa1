using Farthing.Ledger.Prices;

namespace Farthing.Ledger.Posting;

/// <summary>
/// Something that was not used because something else saved it. It stands beside the costs, with its evidence, and is
/// never taken off them.
/// </summary>
public sealed record SavingsMemo
{
    /// <summary>A longer evidence is refused.</summary>
    public const int MaxEvidenceLength = 1000;

    private readonly DateTimeOffset _at;

    /// <summary>The permanent id, such as <c>run/render/attempt/saved-int8</c>.</summary>
    public required string Id { get; init; }

    /// <summary>When it would have been used; the price and the exchange rate of that instant hold. Kept to the microsecond.</summary>
    public required DateTimeOffset At
    {
        get => _at;
        init => _at = EventTime.FromMicroseconds(EventTime.ToMicroseconds(value));
    }

    /// <summary>The run that it belongs to.</summary>
    public required string RunId { get; init; }

    /// <summary>The render; null for what belongs to a run as a whole.</summary>
    public string? RenderId { get; init; }

    /// <summary>The attempt of the render, from 1; 0 where there is no render.</summary>
    public int Attempt { get; init; }

    /// <summary>What saved it.</summary>
    public required SavingsKind Kind { get; init; }

    /// <summary>The stage that would have used it.</summary>
    public required Stage Stage { get; init; }

    /// <summary>What would have been used, such as <c>cpu</c>; with the meter it finds the price.</summary>
    public required string Resource { get; init; }

    /// <summary>What would have been counted: one of <see cref="Meters"/>.</summary>
    public required string Meter { get; init; }

    /// <summary>
    /// How much was avoided, in the meter's base unit: core-microseconds for <see cref="Meters.DeviceTime"/>. Never negative.
    /// </summary>
    public required long Quantity { get; init; }

    /// <summary>What the quantity was derived from, for people.</summary>
    public required string Evidence { get; init; }

    /// <summary>The tags of what was not used; none for a render's, whose attempt has them.</summary>
    public TagSet Tags { get; init; } = TagSet.None;

    /// <summary>How many uses that were avoided alike it stands for, from 1; the quantity is that of all of them.</summary>
    public long Times { get; init; } = 1;

    /// <summary>The first thing that makes it no memo; null when it is one.</summary>
    internal string? Fault() => this switch
    {
        { Id.Length: 0 or > UsageFact.MaxIdLength } => $"its id must have 1 to {UsageFact.MaxIdLength} characters",
        { At.Year: < 1970 } => "its time is before 1970",
        { RunId: "" } or { Resource: "" } or { Meter: "" } => "its run, resource and meter must be named",
        _ when UsageFact.HasZero(Id) || UsageFact.HasZero(RunId) || UsageFact.HasZero(RenderId) || UsageFact.HasZero(Resource) || UsageFact.HasZero(Evidence)
            => "its texts must have no zero character",
        { Quantity: < 0 } => "its quantity is below 0, and what cost more saved nothing",
        { Times: < 1 } => "it stands for no use",
        _ when Tags.Fault() is { } fault => fault,
        { Attempt: < 0 } => "its attempt is below 0",
        { Kind: < 0 or > SavingsKind.CaptionCache } => "its kind is unknown",
        { Stage: < 0 } or { Stage: > Stage.LlmCall } => "only a stage of a render or a model's call can be saved",
        { Evidence.Length: 0 or > MaxEvidenceLength } => $"its evidence must have 1 to {MaxEvidenceLength} characters",
        _ => null,
    };
}
