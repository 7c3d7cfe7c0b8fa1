using Farthing.Gateway.SemanticCache.Lists;
using YamlDotNet.RepresentationModel;

namespace Farthing.Bench.Guard;

/// <summary>The built-in lists with words taken out, as they are for texts that nobody made lists for.</summary>
internal static class HeldOut
{
    private static readonly string[] Excusing = ["synonyms", "courtesy", "courtesy-clauses", "courtesy-words", "task"];

    /// <summary>Without every entry that holds one of some words or phrases, the known values too.</summary>
    public static GuardLists Without(IEnumerable<string> words)
    {
        var held = words.ToHashSet(StringComparer.Ordinal);
        return Edited((_, entry) => !held.Contains(entry), dropWholeGroups: true);
    }

    /// <summary>Without a share of the synonyms, courtesies and task words, drawn by a seed.</summary>
    public static GuardLists Dropped(double share, int seed)
    {
        var random = new Random(seed);
        return Edited((section, entry) => !Excusing.Contains(section) || IsGrammar(entry) || random.NextDouble() >= share, dropWholeGroups: false);
    }

    /// <summary>Without any synonym, and with hardly a task word or a courtesy.</summary>
    public static GuardLists Bare()
    {
        string[] kept = ["please", "write", "create", "rewrite", "describe", "prompt", "caption", "image", "product", "photo", "picture"];
        return Edited((section, entry) => !Excusing.Contains(section) || IsGrammar(entry) || (section != "synonyms" && kept.Contains(entry)), dropWholeGroups: false);
    }

    /// <summary>The little words of English are no list of a shop's.</summary>
    private static bool IsGrammar(string entry) => entry is "a" or "an" or "the" or "this" or "that" or "these" or "those" or "it" or "its" or "me" or "my" or "our" or "us" or "i"
        or "we" or "you" or "your" or "as" or "into" or "in" or "out" or "from" or "to" or "for" or "of" or "on" or "at" or "by" or "with" or "about" or "is" or "be" or "and" or "or";

    private static GuardLists Edited(Func<string, string, bool> keeps, bool dropWholeGroups)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(GuardLists.DefaultYaml()));
        foreach (var (key, node) in ((YamlMappingNode)stream.Documents[0].RootNode).Children)
        {
            string section = ((YamlScalarNode)key).Value!;
            if (section is "synonyms" or "courtesy")
            {
                var groups = (YamlSequenceNode)node;
                foreach (YamlSequenceNode group in groups.Children.Cast<YamlSequenceNode>().ToList())
                {
                    bool whole = dropWholeGroups && group.Children.Any(entry => !keeps(section, Text(entry)));
                    YamlNode first = group.Children[0];
                    List<YamlNode> left = [.. group.Children.Where(entry => !whole && (entry == first && section == "synonyms" || keeps(section, Text(entry))))];
                    group.Children.Clear();
                    left.ForEach(group.Children.Add);
                    if (left.Count == 0)
                    {
                        groups.Children.Remove(group);
                    }
                }
            }
            else if (node is YamlSequenceNode list && section is not "labels")
            {
                Filter(list, section, keeps);
            }
            else if (node is YamlMappingNode parts && section is "task" or "courtesy-words")
            {
                foreach (YamlSequenceNode part in ((YamlMappingNode)node).Children.Values.Cast<YamlSequenceNode>())
                {
                    Filter(part, section, keeps);
                }
            }
        }

        using var yaml = new StringWriter();
        stream.Save(yaml, assignAnchors: false);
        return GuardLists.Only(yaml.ToString(), "held-out lists");
    }

    private static string Text(YamlNode node) => ((YamlScalarNode)node).Value!;

    private static void Filter(YamlSequenceNode list, string section, Func<string, string, bool> keeps)
    {
        List<YamlNode> left = [.. list.Children.Where(entry => keeps(section, Text(entry)))];
        list.Children.Clear();
        left.ForEach(list.Children.Add);
    }
}
