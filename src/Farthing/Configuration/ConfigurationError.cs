using System.Globalization;

namespace Farthing.Configuration;

/// <summary>One thing to mend in a configuration file.</summary>
/// <param name="Line">The line it is on, from 1.</param>
/// <param name="Message">What is wrong and what to write instead.</param>
internal sealed record ConfigurationError(long Line, string Message)
{
    /// <summary>Such as <c>line 12: …</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"line {Line}: {Message}");
}

/// <summary>A configuration that can't be used, with everything that is wrong in it.</summary>
internal sealed class ConfigurationException : Exception
{
    /// <summary>Reports all errors of one file.</summary>
    /// <param name="name">The file's name, for people.</param>
    /// <param name="errors">All errors, in the order of their lines.</param>
    public ConfigurationException(string name, IReadOnlyList<ConfigurationError> errors)
        : base($"The configuration {name} has {errors.Count} error(s):\n  {string.Join("\n  ", errors)}")
    {
        Errors = errors;
    }

    /// <summary>All errors, in the order of their lines.</summary>
    public IReadOnlyList<ConfigurationError> Errors { get; }
}
