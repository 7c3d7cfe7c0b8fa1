namespace Farthing.Rendering.Captions;

/// <summary>Where captions are asked for, and within what limits.</summary>
public sealed record RemoteCaptionOptions
{
    /// <summary>
    /// An OpenAI-compatible service: the full URL of its chat completions, or the base that ends in <c>/v1</c>. With a key it must
    /// be https, or this machine.
    /// </summary>
    public required Uri Endpoint { get; init; }

    /// <summary>The model to ask. Default <c>gpt-4o-mini</c>.</summary>
    public string Model { get; init; } = "gpt-4o-mini";

    /// <summary>Longest time for one answer. Default 30 seconds.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Largest answer in bytes. Default 1 MiB.</summary>
    public int MaxResponseBytes { get; init; } = 1024 * 1024;

    /// <summary>Most tokens that the answer may use. Default 400.</summary>
    public int MaxTokens { get; init; } = 400;

    /// <summary>Longest caption that is taken, in UTF-16 code units. Default 4,000.</summary>
    public int MaxCaptionLength { get; init; } = 4_000;

    /// <summary>The URL of chat completions.</summary>
    internal Uri ChatCompletions
    {
        get
        {
            string path = Endpoint.AbsolutePath.TrimEnd('/');
            return path.EndsWith("/chat/completions", StringComparison.Ordinal)
                ? Endpoint
                : new UriBuilder(Endpoint) { Path = path + "/chat/completions" }.Uri;
        }
    }

    /// <exception cref="ArgumentException">A value is out of range.</exception>
    internal void Check(bool hasKey)
    {
        if (!Endpoint.IsAbsoluteUri || Endpoint.Scheme is not ("http" or "https"))
        {
            throw new ArgumentException($"'{Endpoint}' is no web address. Give one such as https://api.openai.com/v1.");
        }

        if (hasKey && Endpoint.Scheme == "http" && !Endpoint.IsLoopback)
        {
            throw new ArgumentException($"The key would go to '{Endpoint.Host}' unencrypted. Use https, or remove {CaptionKey.Variable}.");
        }

        ArgumentException.ThrowIfNullOrEmpty(Model);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(Timeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxResponseBytes);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxTokens);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxCaptionLength);
    }
}
