namespace Farthing.Ledger.Prices;

/// <summary>
/// What is counted, and in which base unit a quantity of it is given. Prices name one of these meters.
/// </summary>
public static class Meters
{
    /// <summary>Time of a leased device: device-microseconds × its cores (1 for a GPU).</summary>
    public const string DeviceTime = "device-time";

    /// <summary>Objects written to a store: operations.</summary>
    public const string Puts = "puts";

    /// <summary>Objects read from a store: operations.</summary>
    public const string Gets = "gets";

    /// <summary>Bytes kept: bytes × months of 30 days. An object is charged for its first month when it is written.</summary>
    public const string StoredBytes = "stored-bytes";

    /// <summary>Bytes sent out: bytes.</summary>
    public const string SentBytes = "sent-bytes";

    /// <summary>Prompt tokens that no cache answered: tokens.</summary>
    public const string InputTokens = "input-tokens";

    /// <summary>Prompt tokens read from the provider's cache: tokens, not counted as input tokens too.</summary>
    public const string CachedInputTokens = "cached-input-tokens";

    /// <summary>Prompt tokens written to the provider's cache for its usual time: tokens, not counted as input tokens too.</summary>
    public const string CacheWriteTokens = "cache-write-tokens";

    /// <summary>Prompt tokens written to the provider's cache for an hour, at a price of their own: tokens, in no other meter too.</summary>
    public const string LongCacheWriteTokens = "cache-write-1h-tokens";

    /// <summary>Generated tokens: tokens.</summary>
    public const string OutputTokens = "output-tokens";

    /// <summary>
    /// Generated tokens of reasoning: tokens, not counted as output tokens too. For models whose reasoning has a price of its own;
    /// where it has none, providers bill it as output, and it is posted as output tokens.
    /// </summary>
    public const string ReasoningTokens = "reasoning-tokens";

    /// <summary>Sound in a prompt: tokens.</summary>
    public const string InputAudioTokens = "input-audio-tokens";

    /// <summary>Sound in a prompt that is read from the provider's cache: tokens, in no other meter too.</summary>
    public const string CachedInputAudioTokens = "cached-input-audio-tokens";

    /// <summary>Generated sound: tokens.</summary>
    public const string OutputAudioTokens = "output-audio-tokens";

    /// <summary>Pictures in a prompt: tokens.</summary>
    public const string InputImageTokens = "input-image-tokens";

    /// <summary>Generated pictures: tokens.</summary>
    public const string OutputImageTokens = "output-image-tokens";

    /// <summary>What a provider's search read and bills by a price of its own: tokens.</summary>
    public const string CitationTokens = "citation-tokens";

    /// <summary>Searches of the web that a provider made for an answer: operations.</summary>
    public const string WebSearches = "web-searches";

    /// <summary>Pages that a provider's search used, where it bills them one by one: operations.</summary>
    public const string SearchSources = "search-sources";

    /// <summary>Searches of the customer's own files that a provider made for an answer: operations.</summary>
    public const string FileSearches = "file-searches";

    /// <summary>Machines that a provider ran a model's code on: operations.</summary>
    public const string CodeSessions = "code-sessions";

    /// <summary>Calls of any other tool that ran at a provider: operations.</summary>
    public const string ProviderToolCalls = "provider-tool-calls";

    /// <summary>Pictures in a prompt: pictures.</summary>
    public const string InputImages = "input-images";

    /// <summary>Generated pictures: pictures.</summary>
    public const string Images = "images";

    /// <summary>Characters of a prompt: characters.</summary>
    public const string InputCharacters = "input-characters";

    /// <summary>Generated characters: characters.</summary>
    public const string OutputCharacters = "output-characters";

    /// <summary>Pages read: pages.</summary>
    public const string Pages = "pages";

    /// <summary>Length of sound or film in a prompt: microseconds.</summary>
    public const string InputMediaTime = "input-media-time";

    /// <summary>Length of generated sound or film: microseconds.</summary>
    public const string OutputMediaTime = "output-media-time";

    /// <summary>What a meter of the user's own begins with. Its quantity is in the unit that it was first used or priced with.</summary>
    public const string CustomPrefix = "x-";

    /// <summary>Calls: operations.</summary>
    public const string Requests = "requests";

    private static Dictionary<string, Dimension> All { get; } = new(StringComparer.Ordinal)
    {
        [DeviceTime] = Dimension.CoreTime,
        [Puts] = Dimension.Operations,
        [Gets] = Dimension.Operations,
        [Requests] = Dimension.Operations,
        [StoredBytes] = Dimension.ByteMonths,
        [SentBytes] = Dimension.Bytes,
        [InputTokens] = Dimension.Tokens,
        [CachedInputTokens] = Dimension.Tokens,
        [CacheWriteTokens] = Dimension.Tokens,
        [LongCacheWriteTokens] = Dimension.Tokens,
        [OutputTokens] = Dimension.Tokens,
        [ReasoningTokens] = Dimension.Tokens,
        [InputAudioTokens] = Dimension.Tokens,
        [CachedInputAudioTokens] = Dimension.Tokens,
        [OutputAudioTokens] = Dimension.Tokens,
        [InputImageTokens] = Dimension.Tokens,
        [OutputImageTokens] = Dimension.Tokens,
        [CitationTokens] = Dimension.Tokens,
        [WebSearches] = Dimension.Operations,
        [SearchSources] = Dimension.Operations,
        [FileSearches] = Dimension.Operations,
        [CodeSessions] = Dimension.Operations,
        [ProviderToolCalls] = Dimension.Operations,
        [InputImages] = Dimension.Images,
        [Images] = Dimension.Images,
        [InputCharacters] = Dimension.Characters,
        [OutputCharacters] = Dimension.Characters,
        [Pages] = Dimension.Pages,
        [InputMediaTime] = Dimension.MediaTime,
        [OutputMediaTime] = Dimension.MediaTime,
    };

    /// <summary>The names of all meters.</summary>
    public static IReadOnlyCollection<string> Names => All.Keys;

    /// <summary>Whether a name is that of a meter of the user's own: <c>x-</c> and small letters, digits and hyphens, 40 at most.</summary>
    public static bool IsCustom(string meter)
    {
        ArgumentNullException.ThrowIfNull(meter);
        return meter.StartsWith(CustomPrefix, StringComparison.Ordinal) && IsName(meter);
    }

    /// <summary>What a meter is counted in, such as <c>token</c>; null for one of the user's own, and for one that is unknown.</summary>
    public static string? BaseUnit(string meter) => DimensionOf(meter) switch
    {
        Dimension.CoreTime or Dimension.MediaTime => "microsecond",
        Dimension.Operations => "operation",
        Dimension.ByteMonths => "byte-month",
        Dimension.Bytes => "byte",
        Dimension.Tokens => "token",
        Dimension.Images => "image",
        Dimension.Characters => "character",
        Dimension.Pages => "page",
        _ => null,
    };

    /// <summary>A unit as what a meter is counted in; null when the meter is not counted in it.</summary>
    /// <param name="meter">The meter.</param>
    /// <param name="unit">The unit as written: the meter's own, or for one of the user's own a plain name.</param>
    public static string? BaseUnit(string meter, string unit) => IsCustom(meter)
        ? PriceUnit.For(meter, unit) is { BaseUnits: 1 } own ? own.Name : null
        : BaseUnit(meter) is { } known && (unit == known || unit == known + "s") ? known : null;

    internal static bool IsName(string text) =>
        text.Length is > 0 and <= 40 && text.All(static c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-') && text[0] != '-' && text[^1] != '-';

    internal static Dimension? DimensionOf(string meter) =>
        All.TryGetValue(meter, out var found) ? found : IsCustom(meter) ? Dimension.Custom : null;
}
