using Farthing.Ledger.Posting;

namespace Farthing.Gateway.Configuration;

/// <summary>A virtual key, which a client of the gateway shows; only its hash is kept.</summary>
/// <param name="Name">What it is called in logs and in the ledger.</param>
/// <param name="Hash">SHA-256 of the key, 64 lower-case hexadecimal digits.</param>
public sealed record ClientKeyOptions(string Name, string Hash)
{
    /// <summary>What every virtual key begins with.</summary>
    public const string Prefix = "fk-";

    /// <summary>The models it may ask for, as clients write them; <c>openai/*</c> is all of a provider. Empty for all.</summary>
    public IReadOnlyList<string> Models { get; init; } = [];

    /// <summary>Tags that each of its calls is booked with.</summary>
    public TagSet Tags { get; init; } = TagSet.None;

    /// <summary>The team that a budget may name; empty for none.</summary>
    public string Team { get; init; } = "";

    /// <summary>Whether it may say whose a call is, where it has no team: while no key has one. Default true.</summary>
    public bool NamesTenants { get; init; } = true;

    /// <summary>Most calls a minute, 1 to 1,000,000; 0 for no limit. Default 0.</summary>
    public int RequestsPerMinute { get; init; }

    /// <summary>Most tokens a minute, of prompts and answers, 1 to 1,000,000,000; 0 for no limit. Default 0.</summary>
    public int TokensPerMinute { get; init; }
}
