using Farthing.Rendering.Embeddings;

namespace Farthing.Commands;

/// <summary>What a command line says of text embeddings; null for what it leaves to the configuration.</summary>
/// <param name="Place">Where they are kept.</param>
/// <param name="Storage">How they are stored.</param>
/// <param name="Stems">The stems' file.</param>
internal sealed record EmbeddingLine(EmbeddingPlace? Place, EmbeddingStorage? Storage, string? Stems)
{
    /// <summary>Reads a render's options; what can't be followed is told to the reader.</summary>
    public static EmbeddingLine Read(OptionReader options, Places places)
    {
        string? stems = options.Filled(RenderOptions.Stems) is { } file ? places.Full(file) : null;
        if (stems is not null && !File.Exists(stems))
        {
            options.Refuse($"--stems '{stems}' is no file. Correct the path, or leave it out.");
        }

        return ReadStore(options, places) with { Stems = stems };
    }

    /// <summary>Reads what every command takes.</summary>
    public static EmbeddingLine ReadStore(OptionReader options, Places places)
    {
        EmbeddingPlace? place = null;
        if (options.Filled(EmbeddingCommandOptions.Place) is { } text)
        {
            try
            {
                place = EmbeddingPlace.Parse(text, places.Current, places.Variable);
            }
            catch (FormatException e)
            {
                options.Refuse($"--embeddings: {e.Message}");
            }
        }

        var storage = options.Choice<EmbeddingStorage?>(
            EmbeddingCommandOptions.Storage, null, ("fp16", EmbeddingStorage.Fp16), ("fp32", EmbeddingStorage.Fp32));
        return new EmbeddingLine(place, storage, null);
    }

    /// <summary>What holds: the command line comes before the file.</summary>
    public EmbeddingOptions Settle(EmbeddingOptions configured) => configured with
    {
        Place = Place ?? configured.Place,
        Storage = Storage ?? configured.Storage,
        StemsFile = Stems ?? configured.StemsFile,
    };

    /// <summary>Reads the stems' file; null where there is none.</summary>
    /// <param name="options">The options that name it.</param>
    /// <param name="warn">Hears of lines that are no stem.</param>
    /// <exception cref="UsageException">It can't be read, or holds no stem.</exception>
    public static StemCatalog? LoadStems(EmbeddingOptions options, Action<string> warn)
    {
        if (options.StemsFile is not { } path)
        {
            return null;
        }

        StemCatalog stems = Load(path);
        foreach ((int number, string problem) in stems.Problems)
        {
            warn($"{Path.GetFileName(path)}, line {number}: {problem}; it is left out.");
        }

        return stems;
    }

    /// <inheritdoc cref="LoadStems"/>
    public static StemCatalog Load(string path)
    {
        try
        {
            var stems = StemCatalog.Load(path);
            return stems.Stems > 0
                ? stems
                : throw new UsageException($"'{path}' holds no caption stem. A stem is a line such as: on sand, the sea, bright sun, soft shadows");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"'{path}' can't be read: {e.Message}");
        }
    }
}
