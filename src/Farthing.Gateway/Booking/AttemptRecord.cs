using System.Text.Json.Serialization;
using Farthing.Gateway.Wire;

namespace Farthing.Gateway.Booking;

/// <summary>How an attempt at a provider ended.</summary>
public enum AttemptEnd
{
    /// <summary>The provider answered, whole.</summary>
    Answered,

    /// <summary>The provider refused the client's own request (a 4xx that no other provider would mend).</summary>
    Rejected,

    /// <summary>It failed, before or after its first token.</summary>
    Failed,

    /// <summary>The client went away.</summary>
    Cancelled,

    /// <summary>The gateway's process died with it open.</summary>
    Lost,
}

/// <summary>A cache's answer in an attempt's place.</summary>
/// <param name="By">Which cache: <c>exact</c> or <c>semantic</c>.</param>
/// <param name="Of">The request and the attempt that gave the answer, such as <c>id/1</c>.</param>
public sealed record CacheHit(string By, string Of);

/// <summary>
/// One attempt at a provider as it is written down: once when it starts, once more, complete, when it has ended. A cache's hit is
/// written down once, as attempt 0 with the tokens that it avoided.
/// </summary>
public sealed record AttemptRecord
{
    /// <summary>The request that it was made for.</summary>
    public required string RequestId { get; init; }

    /// <summary>Which attempt of the request, from 1; 0 for a cache's hit.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required int Attempt { get; init; }

    /// <summary>When it started.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When it ended; null while it is open.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>The shape that the provider was called in, such as <c>chat</c>.</summary>
    public required string Shape { get; init; }

    /// <summary>Whether it streams.</summary>
    public bool Streamed { get; init; }

    /// <summary>The provider's name in the configuration.</summary>
    public required string Provider { get; init; }

    /// <summary>The model as the provider knows it.</summary>
    public required string Model { get; init; }

    /// <summary>What it is priced as, such as <c>llm/openai/gpt-4o-mini</c>; of another service than the standard one <c>llm/openai/gpt-5#priority</c>.</summary>
    public required string Resource { get; init; }

    /// <summary>Which key, by its id.</summary>
    public required string KeyId { get; init; }

    /// <summary>The virtual key's name; empty where clients need none.</summary>
    public string Client { get; init; } = "";

    /// <summary>Its tags, as in <see cref="Ledger.Posting.TagSet.Text"/>.</summary>
    public string Tags { get; init; } = "";

    /// <summary>The budgets that it is paid from, each with its period, such as <c>team-a@2026-11-25,year@total</c>; empty for none.</summary>
    public string Budgets { get; init; } = "";

    /// <summary>The length of the prompt, by which its tokens are estimated when its process dies.</summary>
    public long PromptBytes { get; init; }

    /// <summary>How it ended.</summary>
    public AttemptEnd End { get; init; }

    /// <summary>What went wrong, such as <c>server_error</c>; empty where nothing did.</summary>
    public string Fault { get; init; } = "";

    /// <summary>The provider's status; 0 where none came.</summary>
    public int Status { get; init; }

    /// <summary>Its tokens.</summary>
    public TokenCounts Tokens { get; init; }

    /// <summary>What the provider did for it beside tokens, as in <see cref="ToolUse.Text"/>; null for nothing.</summary>
    public string? Uses { get; init; }

    /// <summary>Whether its tokens were counted here, for want of the provider's own count.</summary>
    public bool Estimated { get; init; }

    /// <summary>The hit that it is, so that nothing was bought; null for an attempt.</summary>
    public CacheHit? Hit { get; init; }
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault, UseStringEnumConverter = true)]
[JsonSerializable(typeof(AttemptRecord))]
internal sealed partial class AttemptJson : JsonSerializerContext;
