using System.Globalization;

namespace Farthing.Ledger.Reconciliation;

/// <summary>One thing to mend in an invoice.</summary>
/// <param name="Line">The line that the record starts on, from 1.</param>
/// <param name="Message">What is wrong and what to do.</param>
public sealed record InvoiceError(long Line, string Message)
{
    /// <summary>Such as <c>line 12: …</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"line {Line}: {Message}");
}

/// <summary>An invoice that can't be held against the ledger, with what is wrong in it: nothing was compared.</summary>
public sealed class InvoiceException : Exception
{
    /// <summary>It can't be read.</summary>
    public InvoiceException(string name, IReadOnlyList<InvoiceError> errors)
        : base($"The invoice {name} can't be read:\n  {string.Join("\n  ", errors)}") => Errors = errors;

    /// <summary>It has nothing to compare.</summary>
    public InvoiceException(string message)
        : base(message) => Errors = [];

    /// <summary>The errors in the order of their lines; the first 20 when there are more. None where it was read.</summary>
    public IReadOnlyList<InvoiceError> Errors { get; }
}
