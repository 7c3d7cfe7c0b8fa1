using Farthing.Diffusion.Pipelines;
using Farthing.Diffusion.Tokenizers;
using Farthing.Rendering.Embeddings;

namespace Farthing.Bench.Embeddings;

/// <summary>Encoders of given shapes and no model behind them: they count what they are asked for and answer at once.</summary>
internal sealed class CountingEncoders(IReadOnlyList<TextEncoderInfo> encoders, ITextEncoders? tokens = null) : ITextEncoders
{
    private const int RealTokens = 18;

    public IReadOnlyList<TextEncoderInfo> Encoders { get; } = encoders;

    public IReadOnlyList<string> Identities { get; } = [.. encoders.Select((_, i) => new string((char)('a' + i), 64))];

    public string Model => "counting";

    public long Encoded { get; private set; }

    /// <summary>SDXL's two CLIP encoders.</summary>
    public static CountingEncoders Sdxl() => new(
    [
        Encoder("text_encoder", 77, 768, 0, 0, 0),
        Encoder("text_encoder_2", 77, 1280, 1280, 0, 768),
    ]);

    public static TextEncoderInfo Encoder(string name, int rows, int width, int pooled, int firstRow, int column) => new()
    {
        Name = name,
        TokenizerFolder = "",
        Output = "",
        ElementType = "Float",
        Rows = rows,
        Width = width,
        PooledWidth = pooled,
        FirstRow = firstRow,
        Column = column,
    };

    public IReadOnlyList<TokenIds> Tokenize(string text) => tokens?.Tokenize(text)
        ?? [.. Encoders.Select(e => new TokenIds([.. Enumerable.Range(0, e.Rows).Select(i => i < text.Length ? text[i] : 0)], e.Rows, null, ""))];

    public TextStates[] Encode(int encoder, IReadOnlyList<TokenIds> texts)
    {
        var info = Encoders[encoder];
        Encoded += texts.Count;
        return [.. texts.Select(text =>
        {
            int rows = info.FirstRow > 0 ? Math.Min(info.Rows, RealTokens) : info.Rows;
            float[] states = new float[info.Rows * info.Width];
            states.AsSpan(0, rows * info.Width).Fill(text.Ids[0] + 1);
            return new TextStates(states, new float[info.PooledWidth]);
        })];
    }

    public IReadOnlyList<PromptTruncation> Truncations(IReadOnlyList<TokenIds> tokens) => [];
}
