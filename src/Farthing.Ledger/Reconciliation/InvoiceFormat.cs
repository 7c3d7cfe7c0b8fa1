namespace Farthing.Ledger.Reconciliation;

/// <summary>One known export: which columns it has, and what its records mean.</summary>
/// <param name="Provider">Whose it is.</param>
/// <param name="Name">What it is called in messages.</param>
/// <param name="Columns">The columns without which it can't be read.</param>
/// <param name="Read">The lines of a record; none for a record that charges nothing.</param>
internal sealed record InvoiceFormat(
    InvoiceProvider Provider, string Name, IReadOnlyList<string> Columns, Func<InvoiceRow, IEnumerable<InvoiceLine>> Read)
{
    /// <summary>All that are known; the first one whose columns are there is taken.</summary>
    public static IReadOnlyList<InvoiceFormat> All { get; } =
    [
        OpenAiExports.Cost, OpenAiExports.Usage, AnthropicExports.Cost, AnthropicExports.Usage, AwsReports.Current, AwsReports.Legacy, PlainInvoice.Format,
    ];

    public bool Fits(IReadOnlyDictionary<string, int> columns) => Columns.All(columns.ContainsKey);
}
