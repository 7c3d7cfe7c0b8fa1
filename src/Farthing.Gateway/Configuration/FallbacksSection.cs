using Farthing.Gateway.Providers;
using YamlDotNet.RepresentationModel;

namespace Farthing.Gateway.Configuration;

/// <summary>
/// <c>fallbacks</c>: a list of chains. A chain is <c>{primary, secondary, tertiary}</c>, <c>{name, targets: […]}</c>, or a plain
/// list of targets; a target is <c>provider/model</c>.
/// </summary>
/// <param name="root">The configuration.</param>
/// <param name="names">The providers' names.</param>
/// <param name="providers">Those of them that are good.</param>
internal sealed class FallbacksSection(YamlMap root, IReadOnlySet<string> names, IReadOnlyList<ProviderOptions> providers)
{
    private static string[] Places { get; } = ["primary", "secondary", "tertiary", "quaternary"];

    public IReadOnlyList<FallbackChain> Read()
    {
        List<FallbackChain> chains = [];
        foreach (var node in root.Items("fallbacks"))
        {
            if (ReadChain(node) is not { } chain)
            {
                continue;
            }

            var asked = chain.Name ?? chain.Targets[0].ToString();
            if (chains.Exists(earlier => (earlier.Name ?? earlier.Targets[0].ToString()) == asked))
            {
                root.Add(node.Start.Line, $"an earlier chain answers to '{asked}' too, so this one is never reached: give it a 'name' of its own.");
            }

            chains.Add(chain);
        }

        return chains;
    }

    private static IEnumerable<(string Text, long Line)> Texts(IEnumerable<YamlNode> nodes) =>
        nodes.Select(static node => ((node as YamlScalarNode)?.Value ?? "", (long)node.Start.Line));

    private FallbackChain? ReadChain(YamlNode node)
    {
        switch (node)
        {
            case YamlSequenceNode list:
                return Chain(null, Texts(list), list.Start.Line);
            case YamlMappingNode mapping:
                var map = root.Inner("a chain", mapping);
                var name = map.Text("name");
                var targets = map.Items("targets") is { Count: > 0 } items ? [.. Texts(items)] : ByPlace(map);
                map.RefuseOthers();
                return Chain(name, targets, map.Line);
            default:
                root.Add(node.Start.Line, "a chain must be written as primary, secondary and so on, or as a list of targets.");
                return null;
        }
    }

    private static List<(string Text, long Line)> ByPlace(YamlMap map)
    {
        List<(string, long)> targets = [];
        foreach (var (i, place) in Places.Index())
        {
            if (map.Text(place) is not { } text)
            {
                continue;
            }

            if (targets.Count < i)
            {
                map.Refuse(place, $"the chain has '{place}' but no '{Places[i - 1]}'.");
            }

            targets.Add((text, map.LineOf(place)));
        }

        return targets;
    }

    private FallbackChain? Chain(string? name, IEnumerable<(string Text, long Line)> written, long line)
    {
        List<ModelTarget> targets = [];
        var good = true;
        foreach (var (text, at) in written)
        {
            var isTarget = ModelTarget.TryParse(text, out var target);
            var fault = !isTarget ? $"'{text}' is no target: write provider/model, such as openai/gpt-4o-mini."
                : !names.Contains(target.Provider) ? $"the target '{text}' names the provider '{target.Provider}', which 'providers' does not have."
                : NoKeyFor(target);
            if (fault is null)
            {
                targets.Add(target);
                continue;
            }

            good = false;
            root.Add(at, fault);
        }

        if (good && targets.Count is 0 or > FallbackChain.MaxTargets)
        {
            root.Add(line, $"a chain has 1 to {FallbackChain.MaxTargets} targets.");
            good = false;
        }

        return good ? new FallbackChain(name, targets) : null;
    }

    /// <summary>What is wrong with a target that no key may be used for; null where there is one.</summary>
    private string? NoKeyFor(ModelTarget target) => providers.FirstOrDefault(each => each.Name == target.Provider) is { } provider && !provider.Serves(target.Model)
        ? $"no key of '{target.Provider}' is for '{target.Model}': add the model to the 'models' of one of its keys, or take '{target}' out of the chain."
        : null;
}
