namespace Farthing.Rendering.Embeddings;

/// <summary>Where entries are kept that outlive the process.</summary>
public abstract record EmbeddingPlace
{
    private EmbeddingPlace()
    {
    }

    /// <summary>Nothing is kept, not even in memory.</summary>
    public static EmbeddingPlace Off { get; } = new Nowhere();

    /// <summary>Memory only.</summary>
    public static EmbeddingPlace Memory { get; } = new MemoryOnly();

    /// <summary><c>embeddings.db</c> in the data folder.</summary>
    public static EmbeddingPlace DataFolder { get; } = new Folder(null);

    /// <summary><c>embeddings.db</c> in a folder.</summary>
    /// <param name="Path">The folder; null for the data folder.</param>
    public sealed record Folder(string? Path) : EmbeddingPlace;

    /// <summary>A Redis server.</summary>
    public sealed record Redis(RedisAddress Address) : EmbeddingPlace;

    private sealed record Nowhere : EmbeddingPlace;

    private sealed record MemoryOnly : EmbeddingPlace;

    /// <summary>Reads <c>off</c>, <c>memory</c>, <c>redis</c> (its address from the environment), <c>redis://…</c> or a folder.</summary>
    /// <param name="text">The text.</param>
    /// <param name="folder">The folder that a relative path starts from.</param>
    /// <param name="variable">Reads an environment variable.</param>
    /// <exception cref="FormatException">It is none of them; the message says what to write and holds no secret.</exception>
    public static EmbeddingPlace Parse(string text, string folder, Func<string, string?> variable)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(variable);
        return text.ToLowerInvariant() switch
        {
            "off" => Off,
            "memory" => Memory,
            "redis" => new Redis(RedisAddress.Parse(variable(RedisAddress.Variable)
                ?? throw new FormatException($"'redis' takes the server's address from {RedisAddress.Variable}, which is not set. Set it to redis://host:6379."))),
            _ when text.Contains("://", StringComparison.Ordinal) => new Redis(RedisAddress.Parse(text)),
            _ => new Folder(Path.GetFullPath(text, folder)),
        };
    }
}
