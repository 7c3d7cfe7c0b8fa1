using System.Globalization;
using Farthing.Rendering.Precision;
using YamlDotNet.RepresentationModel;

namespace Farthing.Configuration;

/// <summary>
/// <c>precision: {rules: […]}</c>. A rule is <c>{when: {min_pixels: N, tags: [T]}, use: [fp16, fp32]}</c>; its conditions may
/// also stand without <c>when</c>, one precision may stand alone or several with slashes between, and <c>else: int8</c> is a
/// rule without conditions.
/// </summary>
internal static class PrecisionSection
{
    /// <summary>The rules in their order.</summary>
    public static IReadOnlyList<PrecisionRule> Read(YamlSection? section, List<ConfigurationError> errors)
    {
        if (section is null)
        {
            return [];
        }

        List<PrecisionRule> rules = [];
        foreach (var node in section.Items("rules"))
        {
            if (node is not YamlMappingNode mapping)
            {
                errors.Add(new ConfigurationError(node.Start.Line, "a precision rule must be written as keys and values, such as {when: {tags: [hero]}, use: full}."));
            }
            else if (ReadRule(new YamlSection("a precision rule", mapping, errors), errors) is { } rule)
            {
                rules.Add(rule);
            }
        }

        section.RefuseOthers();
        return rules;
    }

    /// <summary>A sentence for each rule that is never reached.</summary>
    public static IEnumerable<string> Unreachable(IReadOnlyList<PrecisionRule> rules)
    {
        foreach (var (rule, i) in rules.Select((rule, i) => (rule, i)))
        {
            if (rules.Take(i).FirstOrDefault(earlier => earlier.Covers(rule)) is { } cover)
            {
                yield return string.Create(
                    CultureInfo.InvariantCulture,
                    $"line {rule.Line}: the rule '{rule}' is never reached: '{cover}' on line {cover.Line} fits all that it fits. Move it up, or remove it.");
            }
        }
    }

    private static PrecisionRule? ReadRule(YamlSection row, List<ConfigurationError> errors)
    {
        int before = errors.Count;
        var when = row.Section("when");
        var (pixels, tags) = ReadConditions(when ?? row);
        string key = row.Has("else") ? "else" : "use";
        var uses = ReadUses(row, key);
        if (key == "else" && (row.Has("use") || when is not null || pixels is not null || tags.Count > 0))
        {
            row.Refuse("else", "'else' stands alone in its rule: it fits every render.");
        }

        when?.RefuseOthers();
        row.RefuseOthers();
        return errors.Count > before ? null : new PrecisionRule { Line = (int)row.Line, MinPixels = pixels, Tags = tags, Use = uses };
    }

    private static (long? MinPixels, IReadOnlyList<string> Tags) ReadConditions(YamlSection section) =>
        (section.Whole("min_pixels", 1, long.MaxValue), section.Texts("tags"));

    private static List<PrecisionUse> ReadUses(YamlSection row, string key)
    {
        List<PrecisionUse> uses = [];
        if (!row.Has(key))
        {
            row.Refuse(key, $"a precision rule needs 'use': one of {string.Join(", ", PrecisionUse.Names)}, or a list of them.");
        }

        foreach (string name in row.Texts(key).SelectMany(text => text.Split('/')).Select(Short))
        {
            if (PrecisionUse.TryParse(name, out var use))
            {
                uses.Add(use);
            }
            else
            {
                row.Refuse(key, $"the precision '{name}' is unknown: write one of {string.Join(", ", PrecisionUse.Names)}.");
            }
        }

        return uses;
    }

    /// <summary>"full precision" is what people say for full.</summary>
    private static string Short(string name) => name.Trim() is var word && word.EndsWith(" precision", StringComparison.OrdinalIgnoreCase)
        ? word[..^" precision".Length].TrimEnd()
        : word;
}
