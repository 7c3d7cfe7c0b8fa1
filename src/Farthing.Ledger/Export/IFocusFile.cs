namespace Farthing.Ledger.Export;

/// <summary>A file that rows are written to, page by page.</summary>
internal interface IFocusFile : IAsyncDisposable
{
    /// <summary>Writes a page of rows.</summary>
    Task AddAsync(IReadOnlyList<FocusRow> rows, CancellationToken cancellation);
}
