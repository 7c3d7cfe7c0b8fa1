using System.CommandLine.Parsing;
using Farthing.Rendering.Jobs;
using Farthing.Rendering.Manifests;

namespace Farthing.Commands;

/// <summary>What a command line asks <c>farthing render</c> for.</summary>
internal sealed record RenderLine
{
    /// <summary>The prompt, or the manifest's full path.</summary>
    public required string Source { get; init; }

    /// <summary>The prompt's own manifest; null where <see cref="Source"/> names a file.</summary>
    public required Manifest? Prompt { get; init; }

    /// <summary>What holds for all rows.</summary>
    public required RenderSettings Settings { get; init; }

    /// <summary>Which precision was asked for, and what a configuration file says.</summary>
    public required PrecisionLine Precision { get; init; }

    /// <summary>Where text embeddings are kept.</summary>
    public required EmbeddingLine Embeddings { get; init; }

    /// <summary>Who rewrites prompts.</summary>
    public required CaptionChoice Caption { get; init; }

    /// <summary>The data folder.</summary>
    public required string Data { get; init; }

    /// <summary>The price book's file; null for the built-in one.</summary>
    public required string? Prices { get; init; }

    /// <summary>Whether the result is JSON.</summary>
    public required bool Json { get; init; }

    /// <summary>Reads a command line; null, and every error, where it can't be followed.</summary>
    public static (RenderLine? Line, IReadOnlyList<string> Errors) Read(SymbolResult line, Places places)
    {
        var options = new OptionReader(line);
        string source = line.GetValue(RenderOptions.Source) ?? "";
        bool isManifest = IsManifest(source, places);
        Manifest? prompt = isManifest ? null : ReadPrompt(source, options, places);
        if (isManifest && options.Text(RenderOptions.Product) is not null)
        {
            options.Refuse("--product goes with a prompt. Name a manifest's products in its column product.");
        }

        PrecisionLine precision = PrecisionLine.Read(line, options, places);
        EmbeddingLine embeddings = EmbeddingLine.Read(options, places);
        string? prices = options.Filled(RenderOptions.Prices) is { } book ? places.Full(book) : null;
        if (prices is not null && !File.Exists(prices))
        {
            options.Refuse($"--prices '{prices}' is no file. Correct the path, or leave it out for the built-in prices.");
        }

        CaptionChoice caption = ReadCaption(options);
        RenderSettings settings = RenderSettingsReader.Read(options, places) with
        {
            RewritesCaptions = caption != CaptionChoice.Off,
            Captioner = caption.Name,
            Resume = line.GetValue(RenderOptions.Resume),
        };
        string data = options.Filled(SharedOptions.Data) is { } folder ? places.Full(folder) : places.Data();
        if (options.Errors.Count > 0)
        {
            return (null, options.Errors);
        }

        var read = new RenderLine
        {
            Source = isManifest ? places.Full(source) : source,
            Prompt = prompt,
            Settings = settings,
            Precision = precision,
            Embeddings = embeddings,
            Caption = caption,
            Data = data,
            Prices = prices,
            Json = line.GetValue(SharedOptions.Json),
        };
        return (read, []);
    }

    private static bool IsManifest(string source, Places places) =>
        Path.GetExtension(source.AsSpan()) is var end
        && (end.Equals(".csv", StringComparison.OrdinalIgnoreCase) || end.Equals(".jsonl", StringComparison.OrdinalIgnoreCase)
            || (source.Length > 0 && File.Exists(places.Full(source))));

    private static Manifest? ReadPrompt(string prompt, OptionReader options, Places places)
    {
        if (string.IsNullOrWhiteSpace(prompt))
        {
            options.Refuse("Say what to render: a prompt in quotes, or a manifest such as samples/campaign.csv.");
            return null;
        }

        if (prompt.StartsWith("--", StringComparison.Ordinal))
        {
            options.Refuse($"There is no option '{prompt}'. A prompt that begins so is written after a lone --.");
            return null;
        }

        string? product = options.Filled(RenderOptions.Product);
        if (product is not null && !File.Exists(places.Full(product)))
        {
            options.Refuse($"--product '{product}' is no file. Correct the path.");
            return null;
        }

        Manifest manifest = PromptManifest.Of(prompt, product, places.Current);
        foreach (RowError error in manifest.Errors)
        {
            options.Refuse($"The prompt can't be rendered: {error.Message}");
        }

        return manifest;
    }

    private static CaptionChoice ReadCaption(OptionReader options)
    {
        if (options.Text(RenderOptions.Caption) is not { } text)
        {
            return CaptionChoice.Template;
        }

        if (CaptionChoice.Parse(text) is { } choice)
        {
            return choice;
        }

        options.Refuse($"--caption '{text}' is unknown. Write template, off, or a URL such as https://api.openai.com/v1 (its key goes in FARTHING_CAPTION_KEY).");
        return CaptionChoice.Template;
    }
}
