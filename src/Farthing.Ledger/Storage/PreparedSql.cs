namespace Farthing.Ledger.Storage;

/// <summary>
/// A statement that is prepared once for a connection and run with other values each time, on either kind of store. One such statement is one object:
/// keep it where it is used.
/// </summary>
/// <param name="text">The SQL; its places are <c>$1</c>, <c>$2</c> and so on, and come first in this order.</param>
public sealed class PreparedSql(string text)
{
    /// <summary>The SQL.</summary>
    public string Text { get; } = text;
}
