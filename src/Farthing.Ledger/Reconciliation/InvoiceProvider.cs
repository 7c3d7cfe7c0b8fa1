namespace Farthing.Ledger.Reconciliation;

/// <summary>Whose export an invoice is.</summary>
public enum InvoiceProvider
{
    /// <summary>OpenAI: the dashboard's cost export or its export of completions usage.</summary>
    OpenAi,

    /// <summary>Anthropic: the console's cost export or its usage export.</summary>
    Anthropic,

    /// <summary>AWS: a Cost and Usage Report, legacy or 2.0, as CSV.</summary>
    Aws,

    /// <summary>Farthing's own columns: day, resource, meter, quantity, amount, currency.</summary>
    Plain,
}
