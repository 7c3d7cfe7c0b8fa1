using System.Diagnostics.CodeAnalysis;

namespace Farthing.Ledger.Posting;

/// <summary>What saved a use.</summary>
[SuppressMessage("Naming", "CA1720", Justification = "int8 is the precision's name.")]
public enum SavingsKind
{
    /// <summary>A render was denoised in int8 instead of at full precision.</summary>
    Int8,

    /// <summary>A text's embedding was kept from before instead of being encoded again.</summary>
    TextEmbeddingCache,
}

/// <summary>The written forms of a <see cref="SavingsKind"/>.</summary>
public static class SavingsKindNames
{
    private static (string Code, string Display)[] Names { get; } =
    [
        ("int8", "int8 denoising"),
        ("text_embedding_cache", "text-embedding cache"),
    ];

    /// <summary>The name in files, such as <c>text_embedding_cache</c>.</summary>
    public static string Code(this SavingsKind kind) => Names[(int)kind].Code;

    /// <summary>The name for people, such as <c>text-embedding cache</c>.</summary>
    public static string Display(this SavingsKind kind) => Names[(int)kind].Display;

    /// <summary>Reads the name in files; false when there is no such kind.</summary>
    public static bool TryParse(string? code, out SavingsKind kind)
    {
        var index = Array.FindIndex(Names, names => names.Code == code);
        kind = (SavingsKind)Math.Max(index, 0);
        return index >= 0;
    }
}
