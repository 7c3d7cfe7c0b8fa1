using System.Data.Common;
using Farthing.Ledger.Storage;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Farthing.Ledger.Chain;

/// <summary>Runs the steps of a check. A row that can't even be read, or a table or view that is not there, ends its step and no other, so that what was found before it is told.</summary>
/// <param name="transaction">One state of the store.</param>
/// <param name="problems">Takes what ended a step.</param>
internal sealed class VerifySteps(LedgerTransaction transaction, LedgerProblems problems)
{
    /// <summary>Runs a step.</summary>
    /// <param name="what">What it looks at.</param>
    /// <param name="step">The step.</param>
    /// <param name="none">Its result where it ends early.</param>
    /// <param name="isOfRollups">Whether what ends it is mended by making the rollups again.</param>
    /// <exception cref="DbException">The store can't be read, which says nothing about what is in it.</exception>
    public T Run<T>(string what, Func<T> step, T none, bool isOfRollups = false)
    {
        Mark("SAVEPOINT farthing_step");
        try
        {
            var result = step();
            Mark("RELEASE SAVEPOINT farthing_step");
            return result;
        }
        catch (Exception error) when (error is not DbException || IsOfContents(error))
        {
            Mark("ROLLBACK TO SAVEPOINT farthing_step");
            problems.Add(new LedgerProblem(0, what, $"can't be checked to the end: {Words(error)}") { IsOfRollups = isOfRollups && error is not DbException });
            return none;
        }
    }

    /// <inheritdoc cref="Run{T}"/>
    public void Run(string what, Action step, bool isOfRollups = false) => Run(
        what,
        () =>
        {
            step();
            return true;
        },
        false,
        isOfRollups);

    // Of a server's transaction nothing can be asked after a statement that failed.
    private void Mark(string statement)
    {
        if (!transaction.IsSqlite)
        {
            transaction.Execute(statement);
        }
    }

    /// <summary>Whether the database read well and did not find what it must have: tables, views and columns, or values of their kind.</summary>
    private static bool IsOfContents(Exception error) => error switch
    {
        SqliteException { SqliteErrorCode: 1 or 11 } => true,
        PostgresException { SqlState: ['2', '2', ..] or ['4', '2', ..] or ['X', 'X', ..] } => ((PostgresException)error).SqlState != PostgresErrorCodes.InsufficientPrivilege,
        _ => false,
    };

    private static string Words(Exception error) => error switch
    {
        InvalidCastException => "a row has a value of another kind than its column takes.",
        OverflowException => "a sum of it is beyond what it may be.",
        ArgumentOutOfRangeException => "a row has a number that none of its column can be.",
        InvalidOperationException => "a row is missing that must be there.",
        SqliteException sqlite => $"{SqliteWords.Of(sqlite)}.",
        _ => error.Message,
    };
}
