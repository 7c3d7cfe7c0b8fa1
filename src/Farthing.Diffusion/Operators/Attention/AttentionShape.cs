namespace Farthing.Diffusion.Operators.Attention;

/// <summary>Sizes of one attention call and the tiles that it is cut into.</summary>
/// <param name="Batch">Rows of the call.</param>
/// <param name="Heads">Heads.</param>
/// <param name="Queries">Query tokens a row.</param>
/// <param name="Keys">Key tokens a row.</param>
/// <param name="Head">Channels of a head.</param>
internal readonly record struct AttentionShape(int Batch, int Heads, int Queries, int Keys, int Head)
{
    /// <summary>Queries of a tile: so many rows that the product of 8-bit matrices runs at its full rate.</summary>
    public const int TileQueries = 256;

    /// <summary>Keys of a tile.</summary>
    public const int TileKeys = 1024;

    /// <summary>Scores that are held at a time, over several heads where a head has fewer: they stay in the caches.</summary>
    private const int ScoresHeld = 512 * 1024;

    /// <summary>Channels of a token: all heads.</summary>
    public int Width => Heads * Head;

    /// <summary>Heads of all rows.</summary>
    public int AllHeads => Batch * Heads;

    /// <summary>Tiles along the queries.</summary>
    public int QueryTiles => (Queries + TileQueries - 1) / TileQueries;

    /// <summary>Tiles along the keys.</summary>
    public int KeyTiles => (Keys + TileKeys - 1) / TileKeys;

    /// <summary>Heads that a tile takes together.</summary>
    public int HeadsTogether => Math.Clamp(ScoresHeld / (Math.Min(Queries, TileQueries) * Math.Min(Keys, TileKeys)), 1, AllHeads);

    /// <summary>Queries of a tile, which may be the last and smaller.</summary>
    public int QueriesOf(int tile) => Math.Min(TileQueries, Queries - tile * TileQueries);

    /// <summary>Keys of a tile, which may be the last and smaller.</summary>
    public int KeysOf(int tile) => Math.Min(TileKeys, Keys - tile * TileKeys);

    /// <summary>
    /// Where a head's token begins in query, key, value or output: heads stand side by side in a token, tokens in a row.
    /// </summary>
    public long Start(int head, int tokens, int token)
    {
        var (row, column) = Math.DivRem(head, Heads);
        return ((long)row * tokens + token) * Width + (long)column * Head;
    }
}
