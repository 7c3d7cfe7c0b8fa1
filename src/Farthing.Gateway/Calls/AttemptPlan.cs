using Farthing.Gateway.Booking;
using Farthing.Gateway.Configuration;
using Farthing.Gateway.Fallbacks;
using Farthing.Gateway.Providers;

namespace Farthing.Gateway.Calls;

/// <summary>What one attempt sends, to whom, and as what it is booked.</summary>
/// <param name="Call">The client's call.</param>
/// <param name="Target">The model.</param>
/// <param name="Link">Its provider.</param>
/// <param name="Key">The key.</param>
public sealed record AttemptPlan(GatewayCall Call, ModelTarget Target, ProviderLink Link, KeyOptions Key)
{
    /// <summary>Which attempt of the call, from 1.</summary>
    public required int Number { get; init; }

    /// <summary>The shape that the provider is called in.</summary>
    public required WireShape Shape { get; init; }

    /// <summary>The body.</summary>
    public required ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>Turns what comes back into the client's shape; null where it is that already.</summary>
    public IBridgedAttempt? Bridged { get; init; }

    /// <summary>Follows it.</summary>
    internal CallWatch? Watch { get; init; }

    /// <summary>Cancelled when the client goes away.</summary>
    public required CancellationToken Client { get; init; }

    /// <summary>The client's shape.</summary>
    public WireShape ClientShape => Call.Shape;

    /// <summary>Headers of the client that the provider gets; they mean nothing to a provider of another shape.</summary>
    public IReadOnlyList<(string Name, string Value)> Headers => Bridged is null ? Call.Headers : [];

    /// <summary>Whether usage was asked for on the client's behalf, who must not see it.</summary>
    public bool HidesUsage => Bridged is null && AsksForUsage(Call, Link.Options.Row, Shape) && !Call.Request.AsksForUsage;

    /// <summary>Whether the model searches the web for its answer, and bills that, without saying so.</summary>
    public bool SearchesOnce => Shape == WireShape.Chat && (Call.Request.Searches || Searches(Link.Options.Row, Target.Model));

    /// <summary>Whether a model always searches the web.</summary>
    internal static bool Searches(ProviderRow row, string model) =>
        row.SearchingModels is { } prefix && model.StartsWith(prefix, StringComparison.Ordinal) || model.Contains("-search-preview", StringComparison.Ordinal) || model.Contains("-search-api", StringComparison.Ordinal);

    /// <summary>Whether a model searches as often as it likes, and bills each search and what it cites.</summary>
    internal static bool Researches(string model) => model.Contains("deep-research", StringComparison.Ordinal);

    /// <summary>Whether a stream's usage must be asked for.</summary>
    public static bool AsksForUsage(GatewayCall call, ProviderRow row, WireShape shape) =>
        call.Request.Stream && shape == WireShape.Chat && row.StreamUsage == StreamUsage.WhenAsked;

    /// <summary>The attempt as it starts.</summary>
    public AttemptRecord Record(DateTimeOffset now) => new()
    {
        RequestId = Call.RequestId,
        Attempt = Number,
        StartedAt = now,
        Shape = Shape.Name(),
        Streamed = Call.Request.Stream,
        Provider = Target.Provider,
        Model = Target.Model,
        Resource = Link.Prices.Of(Target.Model, now),
        KeyId = Key.Id,
        Client = Call.Client,
        Tags = Call.Tags.Text,
        Budgets = Watch?.Budgets ?? "",
        PromptBytes = Body.Length,
    };
}
