namespace Farthing.Gateway.Configuration;

/// <summary><c>semantic_cache: {enabled, similarity_threshold, ttl_seconds}</c></summary>
internal static class SemanticCacheSection
{
    private const int TenYears = 10 * 366 * 24 * 60 * 60;

    public static SemanticCacheOptions Read(YamlMap? map)
    {
        var options = new SemanticCacheOptions();
        if (map is null)
        {
            return options;
        }

        options = new SemanticCacheOptions
        {
            Enabled = map.Flag("enabled", options.Enabled),
            SimilarityThreshold = map.Number("similarity_threshold", 0.5, 1, options.SimilarityThreshold),
            Ttl = TimeSpan.FromSeconds(map.Whole("ttl_seconds", 1, TenYears, (int)options.Ttl.TotalSeconds)),
        };
        map.RefuseOthers();
        return options;
    }
}
