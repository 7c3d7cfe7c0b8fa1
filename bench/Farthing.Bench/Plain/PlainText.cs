using Farthing.Diffusion.Sessions;
using Farthing.Diffusion.Tokenizers;

namespace Farthing.Bench.Plain;

/// <summary>Text encoders as exported: one text a call, all outputs fetched.</summary>
internal sealed class PlainText(ModelDirectory model) : IDisposable
{
    private readonly List<(ModelDirectory.TextEncoderPart Part, ITextTokenizer Tokenizer, PlainSession Session)> _encoders =
    [
        .. model.TextEncoders.Select(part =>
            (part, TokenizerDirectory.Load(model.Folder(part.TokenizerFolder)), new PlainSession(model.ModelFile(part.Name)))),
    ];

    /// <summary>States [sequence, width], CLIP's side by side and T5's below them, and the pooled text.</summary>
    public (float[] States, float[] Pooled, int Sequence) Encode(string text)
    {
        List<float[]> besides = [];
        float[] below = [], pooled = [];
        int rows = 0, more = 0;
        foreach (var (part, tokenizer, session) in _encoders)
        {
            long[] ids = new long[tokenizer.Length];
            tokenizer.Encode(text).CopyTo(ids);
            var given = session.Run(("input_ids", ids, [1, ids.Length]));
            if (part.Name == "text_encoder_3")
            {
                (below, more) = (given["last_hidden_state"], ids.Length);
                continue;
            }

            rows = ids.Length;
            besides.Add(given[model.IsXl ? $"hidden_states.{part.Config.NumHiddenLayers - 1}" : "last_hidden_state"]);
            pooled = given.GetValueOrDefault("text_embeds", pooled);
        }

        return ([.. SideBySide(besides, rows), .. below], pooled, rows + more);
    }

    public void Dispose()
    {
        foreach (var (_, _, session) in _encoders)
        {
            session.Dispose();
        }
    }

    private static float[] SideBySide(List<float[]> parts, int rows)
    {
        int width = parts.Sum(part => part.Length / rows), column = 0;
        float[] states = new float[rows * width];
        foreach (float[] part in parts)
        {
            int own = part.Length / rows;
            for (int row = 0; row < rows; row++)
            {
                part.AsSpan(row * own, own).CopyTo(states.AsSpan(row * width + column));
            }

            column += own;
        }

        return states;
    }
}
