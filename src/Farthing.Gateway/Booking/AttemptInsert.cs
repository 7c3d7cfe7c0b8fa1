using System.Data.Common;
using Farthing.Ledger.Posting;
using Farthing.Ledger.Storage;

namespace Farthing.Gateway.Booking;

/// <summary>Adds rows of <c>gateway_attempts</c> in one transaction, by a statement that is prepared once.</summary>
internal sealed class AttemptInsert : IDisposable
{
    private static readonly string[] Columns =
    [
        "request_id", "attempt", "started_at", "ended_at", "shape", "streamed", "provider", "model", "resource", "key_id", "client", "tags", "outcome", "fault",
        "status", "input", "cached_input", "cache_write", "cache_write_hour", "output", "reasoning", "estimated", "budgets", "session",
        "input_audio", "cached_input_audio", "output_audio", "output_image", "uses",
    ];

    private readonly DbCommand _command;
    private readonly DbParameter[] _values;

    /// <summary>Prepares the statement.</summary>
    public AttemptInsert(LedgerTransaction transaction)
    {
        _command = transaction.CreateCommand();
        _command.CommandText = $"INSERT INTO gateway_attempts ({string.Join(", ", Columns)}) VALUES ({string.Join(", ", Columns.Select(static column => "@" + column))}) ON CONFLICT (request_id, attempt) DO NOTHING";
        _values = [.. Columns.Select(column =>
        {
            var parameter = _command.CreateParameter();
            parameter.ParameterName = "@" + column;
            _command.Parameters.Add(parameter);
            return parameter;
        })];
    }

    /// <summary>Adds an ended attempt of a process; false when it is there already.</summary>
    public bool Add(AttemptRecord attempt, string session)
    {
        Set(attempt.RequestId, 0);
        Set((long)attempt.Attempt, 1);
        Set(EventTime.ToMicroseconds(attempt.StartedAt), 2);
        Set(EventTime.ToMicroseconds(attempt.EndedAt!.Value), 3);
        Set(attempt.Shape, 4);
        Set(attempt.Streamed ? 1L : 0L, 5);
        Set(attempt.Provider, 6);
        Set(attempt.Model, 7);
        Set(attempt.Resource, 8);
        Set(attempt.KeyId, 9);
        Set(attempt.Client, 10);
        Set(attempt.Tags, 11);
        Set(attempt.End.Code(), 12);
        Set(attempt.Fault, 13);
        Set((long)attempt.Status, 14);
        Set(attempt.Tokens.Input, 15);
        Set(attempt.Tokens.CachedInput, 16);
        Set(attempt.Tokens.CacheWrite, 17);
        Set(attempt.Tokens.CacheWriteHour, 18);
        Set(attempt.Tokens.Output, 19);
        Set(attempt.Tokens.Reasoning, 20);
        Set(attempt.Estimated ? 1L : 0L, 21);
        Set(attempt.Budgets, 22);
        Set(session, 23);
        Set(attempt.Tokens.InputAudio, 24);
        Set(attempt.Tokens.CachedInputAudio, 25);
        Set(attempt.Tokens.OutputAudio, 26);
        Set(attempt.Tokens.OutputImage, 27);
        Set(attempt.Uses ?? "", 28);
        return _command.ExecuteNonQuery() == 1;
    }

    /// <inheritdoc/>
    public void Dispose() => _command.Dispose();

    private void Set(object value, int column) => _values[column].Value = value;
}
