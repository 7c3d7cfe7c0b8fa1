using Farthing.Ledger.Money;

namespace Farthing.Ledger.Reconciliation;

/// <summary>Where an invoice and the ledger are held against each other.</summary>
/// <param name="Day">The day (UTC).</param>
/// <param name="Resource">What was used, by the ledger's name, such as <c>llm/openai/gpt-4o-mini</c>.</param>
/// <param name="Meter">What was counted; a provider's own word where the ledger has none.</param>
public readonly record struct UsageKey(DateOnly Day, string Resource, string Meter);

/// <summary>One line of an invoice in the ledger's words.</summary>
/// <param name="Key">Its place.</param>
/// <param name="Quantity">How much, in the meter's base unit; null when the export does not say.</param>
/// <param name="Amount">Money, exact as it is written; null when the export does not say.</param>
/// <param name="Step">The last place that the amount is written to: half of it is what its rounding may hide.</param>
/// <param name="Currency">The currency's code; null when the export does not say.</param>
internal sealed record InvoiceLine(UsageKey Key, Fraction? Quantity, Fraction? Amount, Fraction Step, string? Currency);
