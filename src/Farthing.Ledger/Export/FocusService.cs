namespace Farthing.Ledger.Export;

/// <summary>What FOCUS calls a resource of the ledger: <c>kind/name/provider</c> or <c>llm/provider/model</c>.</summary>
/// <param name="Category">One of FOCUS's service categories.</param>
/// <param name="Subcategory">One of the category's subcategories.</param>
/// <param name="Name">The service.</param>
/// <param name="Provider">Who provides it; null for whoever issues the invoice.</param>
internal sealed record FocusService(string Category, string Subcategory, string Name, string? Provider)
{
    private static Dictionary<string, string> Providers { get; } = new(StringComparer.Ordinal)
    {
        ["openai"] = "OpenAI",
        ["anthropic"] = "Anthropic",
        ["gemini"] = "Google",
        ["s3"] = "AWS",
    };

    public static FocusService Of(string resource)
    {
        var parts = resource.Split('/');
        return parts switch
        {
            ["gpu", var model, .. var rest] => new("Compute", "Virtual Machines", "GPU " + model, rest is [var provider, ..] ? ProviderOf(provider) : null),
            ["cpu", ..] => new("Compute", "Virtual Machines", "CPU", null),
            ["llm", "template"] => new("AI and Machine Learning", "Generative AI", "template captions", null),
            ["llm", var provider, .. var model] => new("AI and Machine Learning", "Generative AI", string.Join('/', model is [] ? [provider] : model), ProviderOf(provider)),
            ["storage", var store, ..] => new("Storage", "Object Storage", store, store == "folder" ? null : ProviderOf(store)),
            ["cache", var cache, ..] => new("Databases", "Caching", cache, null),
            _ => new("Other", "Other (Other)", resource, null),
        };
    }

    private static string ProviderOf(string code) => Providers.GetValueOrDefault(code, code);
}
