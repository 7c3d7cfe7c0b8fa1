using System.Text.Json.Serialization;

namespace Farthing.Ledger.Import;

/// <summary>One line of a usage file, as it is written. Which fields a line needs depends on its type.</summary>
internal sealed record UsageRow
{
    /// <summary><c>lease</c>, <c>renders</c>, <c>use</c>, <c>saved</c> or <c>close</c>.</summary>
    public string? Type { get; init; }

    public string? Id { get; init; }

    public string? Run { get; init; }

    public string? At { get; init; }

    public string? Lot { get; init; }

    public int? Count { get; init; }

    public string? Outcome { get; init; }

    public string? Reason { get; init; }

    public string? Tags { get; init; }

    public string? Tenant { get; init; }

    public string? Device { get; init; }

    public string? Lease { get; init; }

    public int? Cores { get; init; }

    public string? Stage { get; init; }

    public string? Resource { get; init; }

    public string? Meter { get; init; }

    public long? Quantity { get; init; }

    public long? TimeUs { get; init; }

    public string? Kind { get; init; }

    public string? Evidence { get; init; }

    public long? ElapsedUs { get; init; }

    public long? IdleUs { get; init; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    MaxDepth = 4)]
[JsonSerializable(typeof(UsageRow))]
internal sealed partial class UsageRowContext : JsonSerializerContext;
