using Farthing.Ledger.Chain;

namespace Farthing.Ledger.Storage;

/// <summary>Writes whole rows of the ledger's tables: content, then link, then check.</summary>
internal interface IRowWriter
{
    /// <summary>Whether many rows are better asked for with <see cref="Known"/> and written with <see cref="InsertNew"/>.</summary>
    bool IsFasterInBulk { get; }

    /// <summary>Adds a row; false when a row of its key is there already.</summary>
    bool TryInsert(LedgerTable table, object?[] row);

    /// <summary>Which of some rows (content, a place for the number included) have a key that is there already.</summary>
    bool[] Known(LedgerTable table, IReadOnlyList<object?[]> rows);

    /// <summary>Adds rows whose keys are not there.</summary>
    void InsertNew(LedgerTable table, IReadOnlyList<object?[]> rows);

    /// <summary>Runs a statement.</summary>
    /// <returns>How many rows it changed.</returns>
    int Run(PreparedSql sql, ReadOnlySpan<object?> values);

    /// <summary>The first row of a statement, of whole numbers, text and nulls; null when there is none.</summary>
    object?[]? First(PreparedSql sql, ReadOnlySpan<object?> values);
}
