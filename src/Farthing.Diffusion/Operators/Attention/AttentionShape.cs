namespace Farthing.Diffusion.Operators.Attention;

/// <summary>Sizes of one attention call, and the integer levels that its 32-bit sums can't overflow at.</summary>
/// <param name="Batch">Rows of the call.</param>
/// <param name="Heads">Heads.</param>
/// <param name="Queries">Query tokens a row.</param>
/// <param name="Keys">Key tokens a row.</param>
/// <param name="Head">Channels of a head.</param>
internal readonly record struct AttentionShape(int Batch, int Heads, int Queries, int Keys, int Head)
{
    /// <summary>Lanes of a 512-bit register.</summary>
    public const int Lanes = 16;

    /// <summary>Keys that a tile of scores is wide: four registers.</summary>
    public const int TileKeys = 64;

    /// <summary>Keys whose weights are held at a time. A block's scores stay in the first-level cache.</summary>
    public const int BlockKeys = 256;

    /// <summary>Queries that share a pass over the keys.</summary>
    public const int BlockQueries = 32;

    /// <summary>Queries that a register tile has.</summary>
    public const int TileQueries = 4;

    /// <summary>Channels of a head, rounded up to whole registers; the further ones are 0.</summary>
    public int PaddedHead => RoundUp(Head, Lanes);

    /// <summary>Keys, rounded up to whole tiles; the further ones get no weight.</summary>
    public int PaddedKeys => RoundUp(Keys, TileKeys);

    /// <summary>Channels of a token: all heads.</summary>
    public int Width => Heads * Head;

    /// <summary>Levels of queries and keys either side of 0: a score sums <see cref="Head"/> products.</summary>
    public float ScoreLevels => Levels(PaddedHead);

    /// <summary>Levels of weights and values: an output sums <see cref="BlockKeys"/> products at a time.</summary>
    public static float WeightLevels { get; } = Levels(BlockKeys);

    private static float Levels(int products) => MathF.Min(short.MaxValue, MathF.Floor(MathF.Sqrt(int.MaxValue / (float)products)) - 1);

    private static int RoundUp(int value, int step) => (value + step - 1) / step * step;
}
