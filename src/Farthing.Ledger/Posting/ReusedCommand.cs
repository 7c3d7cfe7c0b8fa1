using System.Data.Common;
using Farthing.Ledger.Storage;

namespace Farthing.Ledger.Posting;

/// <summary>A query by one id, <c>@id</c>, that is made once for a connection and run with a new id each time.</summary>
internal sealed class ReusedCommand(string sql) : IDisposable
{
    private DbCommand? _command;

    /// <summary>Ties it to a transaction.</summary>
    public void Enter(LedgerTransaction transaction)
    {
        if (!ReferenceEquals(_command?.Connection, transaction.Connection))
        {
            Dispose();
            _command = transaction.CreateCommand();
            _command.CommandText = sql;
            _command.Add("@id", "");
        }

        transaction.Adopt(_command!);
    }

    public DbDataReader Read(string id)
    {
        _command!.Parameters[0].Value = id;
        return _command.ExecuteReader();
    }

    public void Dispose() => _command?.Dispose();
}
