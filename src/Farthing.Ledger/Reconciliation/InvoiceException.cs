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

/// <summary>An invoice that can't be read, with what is wrong in it: nothing was compared.</summary>
public sealed class InvoiceException(string name, IReadOnlyList<InvoiceError> errors)
    : Exception($"The invoice {name} can't be read:\n  {string.Join("\n  ", errors)}")
{
    /// <summary>The errors in the order of their lines; the first 20 when there are more.</summary>
    public IReadOnlyList<InvoiceError> Errors { get; } = errors;
}
