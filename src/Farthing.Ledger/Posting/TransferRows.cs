using Farthing.Ledger.Chain;
using Farthing.Ledger.Money;
using Farthing.Ledger.Storage;

namespace Farthing.Ledger.Posting;

/// <summary>The rows that move money: from <c>accrued:resource</c> to <c>expense:stage</c>.</summary>
internal sealed class TransferRows
{
    private readonly Dictionary<string, long> _accounts = new(StringComparer.Ordinal);
    private LedgerTransaction? _transaction;

    /// <summary>A rolled-back transaction takes its accounts along, so none is remembered beyond it.</summary>
    public void Enter(LedgerTransaction transaction)
    {
        _accounts.Clear();
        _transaction = transaction;
    }

    /// <summary>Debits the stages and credits the resources; a negative amount goes the other way round. A charge has no transfer before.</summary>
    public void Insert(IReadOnlyList<(long Charge, Stage Stage, string Resource, Amount Amount, long PriceVersion)> transfers) =>
        _transaction!.Insert(LedgerTables.Transfers, [.. transfers.Select(Values)], areNew: true);

    private object?[] Values((long Charge, Stage Stage, string Resource, Amount Amount, long PriceVersion) transfer)
    {
        var expense = Account("expense:" + transfer.Stage.Code());
        var accrued = Account("accrued:" + transfer.Resource);
        return transfer.Amount >= Amount.Zero
            ? [transfer.Charge, expense, accrued, transfer.Amount.Units, transfer.PriceVersion]
            : [transfer.Charge, accrued, expense, (-transfer.Amount).Units, transfer.PriceVersion];
    }

    private long Account(string name)
    {
        if (!_accounts.TryGetValue(name, out var account))
        {
            account = _transaction!.Scalar<long?>("SELECT seq FROM accounts WHERE name = @name", new { name })
                ?? _transaction.Insert(LedgerTables.Accounts, name)!.Value;
            _accounts[name] = account;
        }

        return account;
    }
}
