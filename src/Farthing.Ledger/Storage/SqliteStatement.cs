using System.Diagnostics.CodeAnalysis;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Farthing.Ledger.Storage;

/// <summary>
/// A statement on SQLite's own interface, prepared once for a connection: a row costs a third of what it does by way of commands and
/// parameters, which are looked up by their names. Its places are numbered: <c>?1</c>, <c>?2</c>.
/// </summary>
internal sealed class SqliteStatement(SqliteConnection connection, string sql) : IDisposable
{
    private sqlite3_stmt? _statement;

    /// <summary>Runs it.</summary>
    /// <returns>How many rows it changed.</returns>
    public int Run(params ReadOnlySpan<object?> values)
    {
        var statement = Bind(values);
        var step = raw.sqlite3_step(statement);
        var changed = raw.sqlite3_changes(connection.Handle);
        End(statement, step == raw.SQLITE_ROW ? raw.SQLITE_DONE : step);
        return changed;
    }

    /// <summary>Reads its first row; false when there is none.</summary>
    public bool TryRead<T>(Func<sqlite3_stmt, T> read, [MaybeNullWhen(false)] out T row, params ReadOnlySpan<object?> values)
    {
        var statement = Bind(values);
        var step = raw.sqlite3_step(statement);
        var found = step == raw.SQLITE_ROW;
        row = found ? read(statement) : default;
        End(statement, found ? raw.SQLITE_DONE : step);
        return found;
    }

    /// <summary>Reads all its rows.</summary>
    public List<T>? ReadAll<T>(Func<sqlite3_stmt, T> read, params ReadOnlySpan<object?> values)
    {
        var statement = Bind(values);
        List<T>? rows = null;
        int step;
        while ((step = raw.sqlite3_step(statement)) == raw.SQLITE_ROW)
        {
            (rows ??= []).Add(read(statement));
        }

        End(statement, step);
        return rows;
    }

    public void Dispose()
    {
        _statement?.Dispose();
        _statement = null;
    }

    private sqlite3_stmt Bind(ReadOnlySpan<object?> values)
    {
        if (_statement is null)
        {
            Check(raw.sqlite3_prepare_v2(connection.Handle, sql, out _statement));
        }

        for (var i = 0; i < values.Length; i++)
        {
            Check(values[i] switch
            {
                null => raw.sqlite3_bind_null(_statement, i + 1),
                long number => raw.sqlite3_bind_int64(_statement, i + 1, number),
                string text => raw.sqlite3_bind_text(_statement, i + 1, text),
                var other => throw new ArgumentException($"A row holds whole numbers and text, not {other.GetType().Name}.", nameof(values)),
            });
        }

        return _statement;
    }

    /// <summary>A statement that failed says so again when it is reset, so the step's own answer is the one to look at.</summary>
    private void End(sqlite3_stmt statement, int step)
    {
        var again = raw.sqlite3_reset(statement);
        Check(step == raw.SQLITE_DONE ? again : step);
    }

    private void Check(int answer) => SqliteException.ThrowExceptionForRC(answer, connection.Handle);
}
