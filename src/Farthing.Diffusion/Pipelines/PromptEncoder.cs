using Farthing.Diffusion.Sessions;
using Farthing.Diffusion.Tokenizers;

namespace Farthing.Diffusion.Pipelines;

/// <summary>A directory's tokenizers and text encoders as one: texts in, states and pooled text out.</summary>
internal sealed class PromptEncoder : IDisposable
{
    private readonly List<(string Name, ITextTokenizer Tokenizer, TextEncoder Encoder)> _clip = [];
    private (string Name, ITextTokenizer Tokenizer, TextEncoder Encoder)? _t5;

    private PromptEncoder()
    {
    }

    /// <summary>States of one text: CLIP's 77, and T5's below them.</summary>
    public int Sequence => _clip[0].Tokenizer.Length + (_t5?.Tokenizer.Length ?? 0);

    /// <summary>Width of a state: CLIP's encoders side by side.</summary>
    public int Width => _clip.Sum(c => c.Encoder.Width);

    /// <summary>Width of the pooled text; 0 for SD 1.5.</summary>
    public int PooledWidth => _clip.Max(c => c.Encoder.PooledWidth);

    /// <summary>Loads all encoders; what can't be used is added to the problems.</summary>
    public static PromptEncoder Load(ModelDirectory directory, PipelineOptions options, List<string> problems)
    {
        var encoder = new PromptEncoder();
        foreach (var part in directory.TextEncoders)
        {
            bool isThird = part.Name == "text_encoder_3";
            if (isThird && !options.UseThirdEncoder)
            {
                continue;
            }

            var tokenizer = LoadTokenizer(directory.Folder(part.TokenizerFolder), part.TokenizerFolder, problems);
            var model = TextEncoder.Load(directory, part, options.Execution, problems);
            if (tokenizer is null || model is null)
            {
                model?.Dispose();
            }
            else if (part.Config.VocabSize is { } vocabulary && tokenizer.VocabularySize > vocabulary)
            {
                problems.Add(
                    $"{part.TokenizerFolder} can give ids up to {tokenizer.VocabularySize - 1}, but {part.Name} knows {vocabulary}: they do not belong together.");
                model.Dispose();
            }
            else if (isThird)
            {
                encoder._t5 = (part.Name, tokenizer, model);
            }
            else
            {
                encoder._clip.Add((part.Name, tokenizer, model));
            }
        }

        encoder.CheckWidths(directory, problems);
        return encoder;
    }

    /// <summary>States and pooled text of zeros.</summary>
    public EncodedPrompt Zeros() => new(new float[Sequence * Width], new float[PooledWidth], Sequence, []);

    /// <summary>Encodes texts in one run of each encoder.</summary>
    public EncodedPrompt[] Encode(IReadOnlyList<string> texts)
    {
        var prompts = new EncodedPrompt[texts.Count];
        for (int i = 0; i < prompts.Length; i++)
        {
            prompts[i] = new EncodedPrompt(new float[Sequence * Width], new float[PooledWidth], Sequence, []);
        }

        int column = 0;
        foreach (var part in _clip)
        {
            Encode(part, texts, prompts, firstRow: 0, column);
            column += part.Encoder.Width;
        }

        if (_t5 is { } t5)
        {
            Encode(t5, texts, prompts, firstRow: _clip[0].Tokenizer.Length, column: 0);
        }

        return prompts;
    }

    public void Dispose()
    {
        foreach (var part in _clip)
        {
            part.Encoder.Dispose();
        }

        _t5?.Encoder.Dispose();
    }

    private static ITextTokenizer? LoadTokenizer(string folder, string name, List<string> problems)
    {
        try
        {
            return TokenizerDirectory.Load(folder);
        }
        catch (TokenizerFilesException e)
        {
            problems.AddRange(e.Problems.Select(p => $"{name}: {p}"));
            return null;
        }
    }

    private void CheckWidths(ModelDirectory directory, List<string> problems)
    {
        if (_clip.Count == 0 || problems.Count > 0)
        {
            return;
        }

        if (directory.UNet.CrossAttentionDim is { } needed && needed != Width)
        {
            problems.Add($"the text encoders give states {Width} wide, but unet/config.json has cross_attention_dim {needed}.");
        }

        if (_t5 is { } t5 && t5.Encoder.Width != Width)
        {
            problems.Add($"text_encoder_3 gives states {t5.Encoder.Width} wide, which can't stand below states {Width} wide.");
        }

        if (_clip.Any(c => c.Tokenizer.Length != _clip[0].Tokenizer.Length))
        {
            problems.Add("tokenizer and tokenizer_2 have different lengths, so their states can't be put side by side.");
        }
    }

    private void Encode(
        (string Name, ITextTokenizer Tokenizer, TextEncoder Encoder) part,
        IReadOnlyList<string> texts,
        EncodedPrompt[] prompts,
        int firstRow,
        int column)
    {
        int length = part.Tokenizer.Length, width = part.Encoder.Width, pooledWidth = part.Encoder.PooledWidth;
        int[] ids = new int[texts.Count * length];
        for (int i = 0; i < texts.Count; i++)
        {
            var tokens = part.Tokenizer.Encode(texts[i]);
            tokens.CopyTo(ids.AsSpan(i * length, length));
            if (tokens.TruncatedFrom is { } whole)
            {
                var truncation = new PromptTruncation(part.Name, length, whole, tokens.CutText);
                prompts[i] = prompts[i] with { Truncations = [.. prompts[i].Truncations, truncation] };
            }
        }

        float[] states = new float[texts.Count * length * width];
        float[] pooled = new float[texts.Count * pooledWidth];
        part.Encoder.Encode(ids, texts.Count, states, pooled);
        for (int i = 0; i < texts.Count; i++)
        {
            for (int row = 0; row < length; row++)
            {
                var target = prompts[i].States.AsSpan((firstRow + row) * Width + column, width);
                states.AsSpan((i * length + row) * width, width).CopyTo(target);
            }

            pooled.AsSpan(i * pooledWidth, pooledWidth).CopyTo(prompts[i].Pooled);
        }
    }
}
