using Farthing.Ledger.Money;
using Microsoft.Data.Sqlite;

namespace Farthing.Ledger.Posting;

/// <summary>The rows that move money: from <c>accrued:resource</c> to <c>expense:stage</c>.</summary>
internal sealed class TransferRows(SqliteTransaction transaction) : IDisposable
{
    private readonly Dictionary<string, long> _accounts = new(StringComparer.Ordinal);
    private readonly ReusedCommand _insert = new(
        transaction,
        "INSERT INTO transfers (charge_seq, debit, credit, amount, price_version) VALUES ($1, $2, $3, $4, $5)",
        5);

    private readonly ReusedCommand _addAccount = new(
        transaction, "INSERT INTO accounts (name) VALUES ($1) ON CONFLICT (name) DO NOTHING", 1);

    private readonly ReusedCommand _findAccount = new(transaction, "SELECT seq FROM accounts WHERE name = $1", 1);

    /// <summary>A rolled-back transaction takes its accounts along, so none is remembered beyond it.</summary>
    public void Enter(SqliteTransaction next)
    {
        _accounts.Clear();
        _insert.Enter(next);
        _addAccount.Enter(next);
        _findAccount.Enter(next);
    }

    /// <summary>Debits the stage and credits the resource; a negative amount goes the other way round.</summary>
    public void Insert(long chargeSeq, Stage stage, string resource, Amount amount, long priceVersion)
    {
        var expense = Account("expense:" + stage.Code());
        var accrued = Account("accrued:" + resource);
        var forward = amount >= Amount.Zero;
        _insert.Set(1, chargeSeq);
        _insert.Set(2, forward ? expense : accrued);
        _insert.Set(3, forward ? accrued : expense);
        _insert.Set(4, forward ? amount.Units : (-amount).Units);
        _insert.Set(5, priceVersion);
        _insert.Execute();
    }

    public void Dispose()
    {
        _insert.Dispose();
        _addAccount.Dispose();
        _findAccount.Dispose();
    }

    private long Account(string name)
    {
        if (_accounts.TryGetValue(name, out var known))
        {
            return known;
        }

        _addAccount.Set(1, name);
        _addAccount.Execute();
        _findAccount.Set(1, name);
        return _accounts[name] = _findAccount.Number()!.Value;
    }
}
