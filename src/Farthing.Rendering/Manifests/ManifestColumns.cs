namespace Farthing.Rendering.Manifests;

/// <summary>The names of the columns, and how a header's spelling is matched with them.</summary>
internal static class ManifestColumns
{
    public const string Id = "id";
    public const string Prompt = "prompt";
    public const string Product = "product";
    public const string Seed = "seed";
    public const string Width = "width";
    public const string Height = "height";
    public const string Steps = "steps";
    public const string Guidance = "guidance";
    public const string NegativePrompt = "negative_prompt";
    public const string Tags = "tags";

    public const string List = "id, prompt, product, seed, width, height, steps, guidance, negative_prompt, tags";

    private static readonly HashSet<string> Known =
        [Id, Prompt, Product, Seed, Width, Height, Steps, Guidance, NegativePrompt, Tags];

    /// <summary>"Negative Prompt " and "negative-prompt" both mean <c>negative_prompt</c>.</summary>
    public static string Normalize(string name) =>
        name.Trim().ToLowerInvariant().Replace(' ', '_').Replace('-', '_');

    public static bool IsKnown(string normalized) => Known.Contains(normalized);

    public static string UnknownWarning(string name) =>
        $"The column '{Shown(name)}' is unknown and was left out. Known ones: {List}.";

    /// <summary>A piece of the user's text, short and free of control characters, to quote in a message.</summary>
    public static string Shown(string text)
    {
        const int most = 60;
        string head = text.Length <= most ? text : string.Concat(text.AsSpan(0, most), "…");
        return string.Create(head.Length, head, static (span, source) =>
        {
            for (int i = 0; i < span.Length; i++)
            {
                span[i] = char.IsControl(source[i]) || char.IsSurrogate(source[i]) ? '?' : source[i];
            }
        });
    }
}
