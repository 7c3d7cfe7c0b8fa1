using Farthing.Diffusion.Sessions;
using Farthing.Diffusion.Tokenizers;

namespace Farthing.Diffusion.Pipelines;

/// <summary>
/// A directory's tokenizers and text encoders as one: texts in, states and pooled text out. Its steps (tokens, each encoder's
/// states, all of them side by side) can also be taken one by one. Safe for many threads.
/// </summary>
public sealed class PromptEncoder : IDisposable
{
    private readonly List<(TextEncoderInfo Info, ITextTokenizer Tokenizer, TextEncoder Encoder)> _parts = [];

    private PromptEncoder()
    {
    }

    /// <summary>The encoders, in the order in which their states are put together.</summary>
    public IReadOnlyList<TextEncoderInfo> Encoders => [.. _parts.Select(p => p.Info)];

    /// <summary>States of one text: CLIP's 77, and T5's below them.</summary>
    public int Sequence => _parts.Max(p => p.Info.FirstRow + p.Info.Rows);

    /// <summary>Width of a state: CLIP's encoders side by side.</summary>
    public int Width => _parts.Max(p => p.Info.Column + p.Info.Width);

    /// <summary>Width of the pooled text; 0 for SD 1.5.</summary>
    public int PooledWidth => _parts.Max(p => p.Info.PooledWidth);

    /// <summary>Loads a directory's text encoders alone.</summary>
    /// <exception cref="ModelDirectoryException">They can't be run; the message lists everything missing or odd.</exception>
    public static PromptEncoder Open(string directory, PipelineOptions? options = null)
    {
        var model = ModelDirectory.Open(directory);
        List<string> problems = [];
        var encoder = Load(model, options ?? new PipelineOptions(), problems);
        if (problems.Count == 0)
        {
            return encoder;
        }

        encoder.Dispose();
        throw new ModelDirectoryException(directory, problems);
    }

    /// <summary>Loads all encoders; what can't be used is added to the problems.</summary>
    internal static PromptEncoder Load(ModelDirectory directory, PipelineOptions options, List<string> problems)
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
            else
            {
                encoder.Add(part, tokenizer, model, below: isThird);
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
        ArgumentNullException.ThrowIfNull(texts);
        var tokens = texts.Select(Tokenize).ToList();
        TextStates[][] states = [.. _parts.Select((_, part) => Encode(part, [.. tokens.Select(t => t[part])]))];
        return [.. tokens.Select((t, text) => Join(t, [.. states.Select(part => part[text])]))];
    }

    /// <summary>A text's tokens for each encoder.</summary>
    public IReadOnlyList<TokenIds> Tokenize(string text) => [.. _parts.Select(p => p.Tokenizer.Encode(text))];

    /// <summary>Runs one encoder over several texts.</summary>
    /// <param name="encoder">Its place in <see cref="Encoders"/>.</param>
    /// <param name="texts">The tokens of each text for this encoder.</param>
    public TextStates[] Encode(int encoder, IReadOnlyList<TokenIds> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        var (info, _, model) = _parts[encoder];
        int length = info.Rows * info.Width;
        int[] ids = new int[texts.Count * info.Rows];
        for (int i = 0; i < texts.Count; i++)
        {
            texts[i].CopyTo(ids.AsSpan(i * info.Rows, info.Rows));
        }

        float[] states = new float[texts.Count * length];
        float[] pooled = new float[texts.Count * info.PooledWidth];
        model.Encode(ids, texts.Count, states, pooled);
        return [.. texts.Select((_, i) => new TextStates(
            states.AsSpan(i * length, length).ToArray(), pooled.AsSpan(i * info.PooledWidth, info.PooledWidth).ToArray()))];
    }

    /// <summary>What a text's tokens say of a text that was too long.</summary>
    /// <param name="tokens">The text's tokens for each encoder.</param>
    public IReadOnlyList<PromptTruncation> Truncations(IReadOnlyList<TokenIds> tokens) =>
    [
        .. _parts.Zip(tokens)
            .Where(p => p.Second.TruncatedFrom is not null)
            .Select(p => new PromptTruncation(p.First.Info.Name, p.First.Info.Rows, p.Second.TruncatedFrom!.Value, p.Second.CutText)),
    ];

    /// <inheritdoc/>
    public void Dispose() => _parts.ForEach(p => p.Encoder.Dispose());

    private EncodedPrompt Join(IReadOnlyList<TokenIds> tokens, IReadOnlyList<TextStates> parts)
    {
        var prompt = new EncodedPrompt(new float[Sequence * Width], new float[PooledWidth], Sequence, Truncations(tokens));
        foreach (var ((info, _, _), part) in _parts.Zip(parts))
        {
            for (int row = 0; row < info.Rows; row++)
            {
                part.States.AsSpan(row * info.Width, info.Width).CopyTo(prompt.States.AsSpan((info.FirstRow + row) * Width + info.Column));
            }

            part.Pooled.CopyTo(prompt.Pooled.AsSpan());
        }

        return prompt;
    }

    /// <summary>CLIP's encoders stand side by side, the third stands below them.</summary>
    private void Add(ModelDirectory.TextEncoderPart part, ITextTokenizer tokenizer, TextEncoder encoder, bool below) => _parts.Add((
        new TextEncoderInfo
        {
            Name = part.Name,
            TokenizerFolder = part.TokenizerFolder,
            Output = encoder.OutputName,
            ElementType = encoder.ElementType,
            Rows = tokenizer.Length,
            Width = encoder.Width,
            PooledWidth = encoder.PooledWidth,
            FirstRow = below && _parts.Count > 0 ? Sequence : 0,
            Column = below || _parts.Count == 0 ? 0 : Width,
        },
        tokenizer,
        encoder));

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
        if (_parts.Count == 0 || problems.Count > 0)
        {
            return;
        }

        var clip = _parts.Where(p => p.Info.FirstRow == 0).ToList();
        int width = clip.Sum(p => p.Info.Width);
        if (directory.UNet.CrossAttentionDim is { } needed && needed != width)
        {
            problems.Add($"the text encoders give states {width} wide, but unet/config.json has cross_attention_dim {needed}.");
        }

        if (_parts.Find(p => p.Info.FirstRow > 0).Info is { } t5 && t5.Width != width)
        {
            problems.Add($"text_encoder_3 gives states {t5.Width} wide, which can't stand below states {width} wide.");
        }

        if (clip.Any(c => c.Info.Rows != clip[0].Info.Rows))
        {
            problems.Add("tokenizer and tokenizer_2 have different lengths, so their states can't be put side by side.");
        }
    }
}
