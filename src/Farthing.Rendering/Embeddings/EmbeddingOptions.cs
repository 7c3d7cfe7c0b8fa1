namespace Farthing.Rendering.Embeddings;

/// <summary>How kept states are stored.</summary>
public enum EmbeddingStorage
{
    /// <summary>Rounded to 16 bits. A state that 16 bits can't hold is kept in 32.</summary>
    Fp16,

    /// <summary>As the encoder gave them.</summary>
    Fp32,
}

/// <summary>Where embeddings are kept, how long and how many.</summary>
public sealed record EmbeddingOptions
{
    /// <summary>Where entries go that outlive the process. Default: <c>embeddings.db</c> in the data folder.</summary>
    public EmbeddingPlace Place { get; init; } = EmbeddingPlace.DataFolder;

    /// <summary>Days that an unused entry is kept, 1 to 3650. Default 30; a use begins them anew.</summary>
    public int TtlDays { get; init; } = DefaultTtlDays;

    /// <summary>Most memory that entries take, in MiB, 0 to 65,536. Default 256; 0 keeps none in memory.</summary>
    public int MemoryMiB { get; init; } = DefaultMemoryMiB;

    /// <summary>Most that entries take in a file, in MiB, 1 to 1,048,576. Default 2,048. Redis has its own bound (maxmemory).</summary>
    public int FileMiB { get; init; } = DefaultFileMiB;

    /// <summary>How states are kept. Default fp16.</summary>
    public EmbeddingStorage Storage { get; init; } = EmbeddingStorage.Fp16;

    /// <summary>Whether stored entries are compressed. Default false: see the benchmark <c>embeddings</c>.</summary>
    public bool Compress { get; init; }

    /// <summary>A file of caption stems, one a line, that scene texts are written as; null for none.</summary>
    public string? StemsFile { get; init; }

    /// <summary>The lifetime of an unused entry.</summary>
    public TimeSpan Ttl => TimeSpan.FromDays(TtlDays);

    /// <summary>Default of <see cref="TtlDays"/>.</summary>
    public const int DefaultTtlDays = 30;

    /// <summary>The most that <see cref="TtlDays"/> may be.</summary>
    public const int MaxTtlDays = 3650;

    /// <summary>Default of <see cref="MemoryMiB"/>.</summary>
    public const int DefaultMemoryMiB = 256;

    /// <summary>The most that <see cref="MemoryMiB"/> may be.</summary>
    public const int MaxMemoryMiB = 65_536;

    /// <summary>Default of <see cref="FileMiB"/>.</summary>
    public const int DefaultFileMiB = 2048;

    /// <summary>The most that <see cref="FileMiB"/> may be.</summary>
    public const int MaxFileMiB = 1 << 20;
}
