using System.Globalization;

namespace Farthing.Gateway.Configuration;

/// <summary>One thing to mend in a gateway's configuration.</summary>
/// <param name="Line">The line it is on, from 1.</param>
/// <param name="Message">What is wrong and what to write instead.</param>
public sealed record GatewayConfigurationError(long Line, string Message)
{
    /// <summary>Such as <c>line 12: …</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"line {Line}: {Message}");
}

/// <summary>A configuration that can't be served, with everything that is wrong in it.</summary>
public sealed class GatewayConfigurationException : Exception
{
    /// <summary>Reports all errors of one file.</summary>
    /// <param name="name">The file's name, for people.</param>
    /// <param name="errors">All errors, in the order of their lines.</param>
    public GatewayConfigurationException(string name, IReadOnlyList<GatewayConfigurationError> errors)
        : base($"The configuration {name} has {errors?.Count} error(s):\n  {string.Join("\n  ", errors!)}")
    {
        Errors = errors!;
    }

    /// <summary>All errors, in the order of their lines.</summary>
    public IReadOnlyList<GatewayConfigurationError> Errors { get; }
}
