using Farthing.Gateway.Providers;
using YamlDotNet.RepresentationModel;

namespace Farthing.Gateway.Configuration;

/// <summary>What a provider's options say of single models of it.</summary>
internal static class ProviderModels
{
    /// <summary>Reads <c>responses_models</c>; those of its kind where it is left out.</summary>
    public static IReadOnlyList<string> ServedByResponses(YamlMap map, ProviderRow? row)
    {
        if (!map.Has("responses_models"))
        {
            return row?.ResponsesModels ?? [];
        }

        if (row is not null && (row.Name == ProviderTable.Template || !row.Speaks.Contains(WireShape.Chat)))
        {
            map.Refuse("responses_models", $"a provider of the kind '{row.Name}' has no 'responses_models': they are for providers of OpenAI's shapes.");
        }

        return map.Texts("responses_models");
    }

    /// <summary>Reads <c>price_models</c>.</summary>
    public static Dictionary<string, string> Priced(YamlMap map)
    {
        Dictionary<string, string> names = new(StringComparer.Ordinal);
        var models = map.Map("price_models");
        foreach (var (model, node) in models?.Named() ?? [])
        {
            if (node is YamlScalarNode { Value: { Length: > 0 } name })
            {
                names[model] = name;
            }
            else
            {
                map.Add(node.Start.Line, $"'{model}' in price_models must be the name that the price book has the model under, such as {model}: gpt-4o-mini.");
            }
        }

        return names;
    }
}
