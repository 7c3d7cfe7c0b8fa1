using System.Globalization;

namespace Farthing.Ledger.Prices;

/// <summary>One thing to mend in a price book.</summary>
/// <param name="Line">The line it is on, from 1.</param>
/// <param name="Message">What is wrong and what to write instead.</param>
public sealed record PriceBookError(long Line, string Message)
{
    /// <summary>Such as <c>line 12: …</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"line {Line}: {Message}");
}

/// <summary>A price book that can't be used, with everything that is wrong in it.</summary>
public sealed class PriceBookException : Exception
{
    /// <summary>Reports all errors of one book.</summary>
    /// <param name="name">The file's name, for people.</param>
    /// <param name="errors">All errors, in the order of their lines.</param>
    public PriceBookException(string name, IReadOnlyList<PriceBookError> errors)
        : base($"The price book {name} has {errors.Count} error(s):\n  {string.Join("\n  ", errors)}")
    {
        Errors = errors;
    }

    /// <summary>All errors, in the order of their lines.</summary>
    public IReadOnlyList<PriceBookError> Errors { get; }
}
