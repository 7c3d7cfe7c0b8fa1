namespace Farthing.Gateway.Keys;

/// <summary>How a provider's key is.</summary>
public enum KeyState
{
    /// <summary>It is used.</summary>
    Well,

    /// <summary>It rests after a 429.</summary>
    Cooling,

    /// <summary>It was refused, and is out until a probe succeeds.</summary>
    Out,
}

/// <summary>A key's health for people; never the key.</summary>
/// <param name="Id">Its id.</param>
/// <param name="State">How it is.</param>
public sealed record KeyLook(string Id, KeyState State)
{
    /// <summary>Until when it rests, or when it is probed next; null for one that is well, or is being probed.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>The models that its provider does not give it; it is used for others.</summary>
    public IReadOnlyList<RefusedModel> RefusedModels { get; init; } = [];
}

/// <summary>A model that a provider does not give a key.</summary>
/// <param name="Model">The model as the provider knows it.</param>
/// <param name="Until">From when a call tries it again; null while one does.</param>
public sealed record RefusedModel(string Model, DateTimeOffset? Until);
