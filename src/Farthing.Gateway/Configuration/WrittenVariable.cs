using System.Text.RegularExpressions;

namespace Farthing.Gateway.Configuration;

/// <summary>A text that is written as <c>env.NAME</c>: what stands in an environment variable.</summary>
internal static partial class WrittenVariable
{
    private const string Prefix = "env.";

    /// <summary>Whether it is written so.</summary>
    /// <param name="written">What is written.</param>
    /// <param name="name">The variable; empty where its name was forgotten.</param>
    public static bool IsOne(string written, out string name)
    {
        var isOne = written.StartsWith(Prefix, StringComparison.Ordinal);
        name = isOne ? written[Prefix.Length..] : "";
        return isOne;
    }

    /// <summary>What is wrong with a variable, without what to do.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="text">What stands in it; null where it is not set.</param>
    public static string Fault(string name, string? text) =>
        name.Length == 0 ? $"'{Prefix}' lacks the name of an environment variable, as in {Prefix}NAME"
        : text is null ? $"the environment variable '{name}' is not set"
        : $"the environment variable '{name}' is empty";

    /// <summary>The variable that a text means by the habits of shells and other programs; null where it means none, and stands for itself.</summary>
    public static string? Meant(string written) => Otherwise().Match(written) is { Success: true } match ? Prefix + match.Groups["name"].Value : null;

    // ENV.K, env:K, $K, ${K}, $env:K, %K%, os.environ/K.
    [GeneratedRegex(@"^(?:env[.:/]|\$\{?(?:env[.:])?|%(?=\w+%$)|os\.environ/)(?<name>[A-Za-z_][A-Za-z0-9_]*)[}%]?$", RegexOptions.IgnoreCase)]
    private static partial Regex Otherwise();
}
