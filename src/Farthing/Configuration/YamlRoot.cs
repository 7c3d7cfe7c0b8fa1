using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace Farthing.Configuration;

/// <summary>The mapping that a YAML file holds. JSON is YAML too.</summary>
internal static class YamlRoot
{
    private const int MaxDepth = 8;

    /// <summary>Reads it; null where the file is empty or something is wrong with it.</summary>
    /// <param name="yaml">The text.</param>
    /// <param name="holding">What the document should hold, for people: <c>with sections such as …</c>.</param>
    /// <param name="errors">Where faults go.</param>
    public static YamlMappingNode? Read(string yaml, string holding, List<ConfigurationError> errors)
    {
        try
        {
            if (!DepthIsSane(yaml, errors))
            {
                return null;
            }

            var stream = new YamlStream();
            stream.Load(new StringReader(yaml));
            switch (stream.Documents)
            {
                case [{ RootNode: YamlMappingNode root }]:
                    return root;
                case [] or [{ RootNode: YamlScalarNode { Value: null or "" } }]:
                    return null;
                default:
                    errors.Add(new ConfigurationError(1, $"expected one document {holding}."));
                    break;
            }
        }
        catch (YamlException error)
        {
            errors.Add(new ConfigurationError(error.Start.Line, $"this is not YAML: {error.Message}"));
        }
        catch (Exception error) when (error is InvalidOperationException or ArgumentException)
        {
            // YamlDotNet's scanner lets these out on some malformed text, without a place.
            errors.Add(new ConfigurationError(1, $"this is not YAML, and the parser can't say where: {error.Message}"));
        }

        return null;
    }

    /// <summary>The tree is built by recursion, so a bottomless one is turned away while it is still a stream.</summary>
    private static bool DepthIsSane(string yaml, List<ConfigurationError> errors)
    {
        var parser = new Parser(new StringReader(yaml));
        int depth = 0;
        while (parser.MoveNext())
        {
            depth += parser.Current!.NestingIncrease;
            string? fault = depth > MaxDepth + 2 ? "this is nested too deeply for a configuration."
                : parser.Current is AnchorAlias ? "an alias (*name) is not understood here: write it out."
                : null;
            if (fault is not null)
            {
                errors.Add(new ConfigurationError(parser.Current.Start.Line, fault));
                return false;
            }
        }

        return true;
    }
}
