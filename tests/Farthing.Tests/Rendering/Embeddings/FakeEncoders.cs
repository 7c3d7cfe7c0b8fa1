using Farthing.Diffusion.Pipelines;
using Farthing.Diffusion.Tokenizers;
using Farthing.Rendering.Embeddings;

namespace Farthing.Tests.Rendering.Embeddings;

/// <summary>Two encoders of the demo's kind, in small: one that pads with values, one whose padding is zeros. They count their runs.</summary>
internal sealed class FakeEncoders : ITextEncoders
{
    private const int Clip = 6, T5 = 4, Wide = 8;

    private int _runs;
    private int _texts;

    public FakeEncoders(string salt = "a")
    {
        Identities = [.. Encoders.Select(encoder => Convert.ToHexStringLower(
            System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(encoder.Name + salt))))];
    }

    public IReadOnlyList<TextEncoderInfo> Encoders { get; } =
    [
        new() { Name = "text_encoder", TokenizerFolder = "tokenizer", Output = "o", ElementType = "Float", Rows = Clip, Width = Wide, PooledWidth = 5, FirstRow = 0, Column = 0 },
        new() { Name = "text_encoder_3", TokenizerFolder = "tokenizer_3", Output = "o", ElementType = "Float", Rows = T5, Width = Wide, PooledWidth = 0, FirstRow = Clip, Column = 0 },
    ];

    public IReadOnlyList<string> Identities { get; }

    public string Model => "/models/fake";

    public int Runs => _runs;

    public int Texts => _texts;

    /// <summary>Called inside a run.</summary>
    public Action Running { get; set; } = static () => { };

    public static float[] Exact(string text)
    {
        var fake = new FakeEncoders();
        var tokens = fake.Tokenize(text);
        float[] clip = fake.Encode(0, [tokens[0]])[0].States, t5 = fake.Encode(1, [tokens[1]])[0].States;
        return [.. clip, .. t5];
    }

    public IReadOnlyList<TokenIds> Tokenize(string text) =>
        [.. Encoders.Select(encoder =>
        {
            string[] words = text.ToLowerInvariant().Split(' ', StringSplitOptions.RemoveEmptyEntries);
            int[] ids = new int[encoder.Rows];
            int kept = Math.Min(words.Length, encoder.Rows);
            for (int i = 0; i < kept; i++)
            {
                ids[i] = 1 + words[i].Sum(static c => c);
            }

            bool cut = words.Length > encoder.Rows;
            return new TokenIds(ids, kept, cut ? words.Length : null, cut ? string.Join(' ', words.Skip(kept)) : "");
        })];

    public TextStates[] Encode(int encoder, IReadOnlyList<TokenIds> texts)
    {
        Interlocked.Increment(ref _runs);
        Interlocked.Add(ref _texts, texts.Count);
        Running();
        var info = Encoders[encoder];
        return [.. texts.Select(text =>
        {
            float[] states = new float[info.Rows * info.Width];
            for (int i = 0; i < states.Length; i++)
            {
                int id = text.Ids[i / info.Width];
                states[i] = encoder == 1 && id == 0 ? 0 : MathF.Sin((id * 31) + i + encoder);
            }

            return new TextStates(states, [.. Enumerable.Range(0, info.PooledWidth).Select(i => MathF.Cos(text.Ids[0] + i))]);
        })];
    }

    public IReadOnlyList<PromptTruncation> Truncations(IReadOnlyList<TokenIds> tokens) =>
        [.. Encoders.Zip(tokens).Where(e => e.Second.TruncatedFrom is not null)
            .Select(e => new PromptTruncation(e.First.Name, e.First.Rows, e.Second.TruncatedFrom!.Value, e.Second.CutText))];
}
