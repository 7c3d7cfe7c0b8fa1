using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace Farthing.Gateway.Configuration;

/// <summary>Turns text into one YAML mapping, or says what keeps it from being one.</summary>
internal static class GatewayYaml
{
    private const int MaxDepth = 10;

    /// <summary>The file's mapping; null where it has none, with the reason in the errors.</summary>
    public static YamlMappingNode? Root(string yaml, List<GatewayConfigurationError> errors)
    {
        try
        {
            if (!DepthIsSane(yaml, errors))
            {
                return null;
            }

            var stream = new YamlStream();
            stream.Load(new StringReader(yaml));
            if (stream.Documents is [{ RootNode: YamlMappingNode root }])
            {
                return root;
            }

            errors.Add(new GatewayConfigurationError(1, "expected one document with sections such as 'providers' and 'fallbacks'."));
        }
        catch (YamlException error)
        {
            errors.Add(new GatewayConfigurationError(error.Start.Line, $"this is not YAML: {error.Message}"));
        }
        catch (Exception error) when (error is InvalidOperationException or ArgumentException)
        {
            // YamlDotNet's scanner lets these out on some malformed text, without a place.
            errors.Add(new GatewayConfigurationError(1, $"this is not YAML, and the parser can't say where: {error.Message}"));
        }

        return null;
    }

    /// <summary>The tree is built by recursion, so a bottomless one is turned away while it is still a stream.</summary>
    private static bool DepthIsSane(string yaml, List<GatewayConfigurationError> errors)
    {
        var parser = new Parser(new StringReader(yaml));
        var depth = 0;
        while (parser.MoveNext())
        {
            depth += parser.Current!.NestingIncrease;
            var fault = depth > MaxDepth + 2 ? "this is nested too deeply for a configuration."
                : parser.Current is AnchorAlias ? "an alias (*name) is not understood here: write it out."
                : null;
            if (fault is not null)
            {
                errors.Add(new GatewayConfigurationError(parser.Current.Start.Line, fault));
                return false;
            }
        }

        return true;
    }
}
