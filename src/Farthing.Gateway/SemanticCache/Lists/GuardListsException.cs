using System.Globalization;

namespace Farthing.Gateway.SemanticCache.Lists;

/// <summary>One thing to mend in a guard's lists.</summary>
/// <param name="File">The file's name.</param>
/// <param name="Line">The line it is on, from 1.</param>
/// <param name="Message">What is wrong and what to write instead.</param>
public sealed record GuardListsError(string File, long Line, string Message)
{
    /// <summary>Such as <c>shop.yaml, line 12: …</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{File}, line {Line}: {Message}");
}

/// <summary>Lists that can't be used, with everything that is wrong in them.</summary>
public sealed class GuardListsException : Exception
{
    /// <summary>Reports all errors.</summary>
    /// <param name="errors">All errors, in the order of their lines.</param>
    public GuardListsException(IReadOnlyList<GuardListsError> errors)
        : base($"The guard's lists have {errors?.Count} error(s):\n  {string.Join("\n  ", errors!)}")
    {
        Errors = errors!;
    }

    /// <summary>All errors, in the order of their lines.</summary>
    public IReadOnlyList<GuardListsError> Errors { get; }
}
