using Farthing.Rendering.Embeddings;

namespace Farthing.Configuration;

/// <summary>
/// <c>text_embeddings: {store: off|memory|DIR|redis|redis://…, ttl_days: N, memory_mb: N, file_mb: N, storage: fp16|fp32, stems: FILE}</c>,
/// paths from the configuration's folder. A password is best kept in FARTHING_REDIS, with <c>store: redis</c>.
/// </summary>
internal static class EmbeddingsSection
{
    /// <summary>The section's options; what it leaves out has its default.</summary>
    public static EmbeddingOptions Read(YamlSection? section, string folder)
    {
        var options = new EmbeddingOptions();
        if (section is null)
        {
            return options;
        }

        options = options with
        {
            Place = ReadPlace(section, folder) ?? options.Place,
            TtlDays = (int?)section.Whole("ttl_days", 1, EmbeddingOptions.MaxTtlDays) ?? options.TtlDays,
            MemoryMiB = (int?)section.Whole("memory_mb", 0, EmbeddingOptions.MaxMemoryMiB) ?? options.MemoryMiB,
            FileMiB = (int?)section.Whole("file_mb", 1, EmbeddingOptions.MaxFileMiB) ?? options.FileMiB,
            Storage = ReadStorage(section) ?? options.Storage,
            StemsFile = section.Text("stems") is { } stems ? Path.GetFullPath(stems, folder) : null,
        };
        section.RefuseOthers();
        return options;
    }

    private static EmbeddingPlace? ReadPlace(YamlSection section, string folder)
    {
        if (section.Text("store") is not { } text)
        {
            return null;
        }

        try
        {
            return EmbeddingPlace.Parse(text, folder, Environment.GetEnvironmentVariable);
        }
        catch (FormatException e)
        {
            section.Refuse("store", e.Message);
            return null;
        }
    }

    private static EmbeddingStorage? ReadStorage(YamlSection section)
    {
        switch (section.Text("storage"))
        {
            case null:
                return null;
            case "fp16":
                return EmbeddingStorage.Fp16;
            case "fp32":
                return EmbeddingStorage.Fp32;
            case var other:
                section.Refuse("storage", $"the storage '{other}' is unknown: write fp16 or fp32.");
                return null;
        }
    }
}
