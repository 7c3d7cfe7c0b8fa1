using System.Globalization;

namespace Farthing.Gateway.Translation;

/// <summary>What names of models say about what they take, by the providers' own lists. An unknown name gets the cautious form.</summary>
internal static class ModelTraits
{
    /// <summary>The traits of a model, without its name.</summary>
    public static TranslationOptions Of(string model)
    {
        ArgumentNullException.ThrowIfNull(model);
        string name = model[(model.LastIndexOf('/') + 1)..].ToLowerInvariant();

        // Bedrock's names have the maker in front, and a region before that: eu.anthropic.claude-opus-4-7-v1:0.
        const string Maker = "anthropic.";
        int maker = name.IndexOf(Maker, StringComparison.Ordinal);
        name = maker < 0 ? name : name[(maker + Maker.Length)..];
        return name.StartsWith("claude-", StringComparison.Ordinal) ? Claude(name) : OpenAi(name);
    }

    /// <summary>
    /// Claude 3.7 brought budgets, 4.5 native JSON; from 4.6 on effort is preferred, and from Opus 4.7 on budgets and sampling are refused.
    /// </summary>
    private static TranslationOptions Claude(string name)
    {
        int version = Version(name);
        return new TranslationOptions
        {
            StructuredOutput = version >= 45 ? StructuredOutputForm.Native : StructuredOutputForm.ForcedTool,
            Reasoning = version >= 46 ? ReasoningForm.Effort : version >= 37 ? ReasoningForm.Budget : ReasoningForm.None,
            TakesSampling = version < 47,
        };
    }

    private static TranslationOptions OpenAi(string name)
    {
        bool reasons = name is ['o', >= '1' and <= '9', ..]
            || name.StartsWith("codex-", StringComparison.Ordinal)
            || (name.StartsWith("gpt-", StringComparison.Ordinal) && Version(name) >= 50 && !name.Contains("chat", StringComparison.Ordinal));
        bool takesEffort = reasons
            || name.StartsWith("gpt-oss", StringComparison.Ordinal)
            || (name.StartsWith("gemini-", StringComparison.Ordinal) && Version(name) >= 25);
        return new TranslationOptions
        {
            Reasoning = takesEffort ? ReasoningForm.Effort : ReasoningForm.None,
            TakesSampling = !reasons,
            SealsReasoning = reasons,

            // A name without a version, such as gemini-flash-latest, is the newest model's.
            SignsCalls = name.StartsWith("gemini-", StringComparison.Ordinal) && Version(name) is 0 or >= 30,
        };
    }

    /// <summary>Ten times the first version in a name: <c>claude-haiku-4-5-20251001</c> is 45, <c>claude-sonnet-4-20250514</c> 40, <c>gpt-5.1</c> 51.</summary>
    private static int Version(string name)
    {
        string[] parts = name.Split('-', '.');
        int at = Array.FindIndex(parts, static part => part.Length <= 2 && Number(part) is not null);
        if (at < 0)
        {
            return 0;
        }

        int minor = at + 1 < parts.Length && parts[at + 1].Length == 1 ? Number(parts[at + 1]) ?? 0 : 0;
        return (Number(parts[at])!.Value * 10) + minor;
    }

    private static int? Number(string part) =>
        int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;
}
