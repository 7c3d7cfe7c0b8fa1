using Farthing.Ledger.Money;
using Farthing.Ledger.Posting;
using Farthing.Ledger.Prices;
using Farthing.Ledger.Storage;
using Farthing.Rendering.Jobs;
using Farthing.Rendering.Workers;

namespace Farthing.Rendering.Stages;

/// <summary>Books batches: a render's state and its charges always change in one transaction.</summary>
internal sealed class BatchBooks(LedgerStore file, Journal journal, PriceBook prices, LeaseKeeper keeper, PrecisionSavings savings, TimeProvider time)
{
    private string RunId => keeper.Lease.RunId;

    /// <summary>Records that attempts begin.</summary>
    public void Begin(BatchWork batch) => file.Write(transaction =>
    {
        foreach (var item in batch.Items)
        {
            journal.Attempts.Start(transaction, KeyOf(item), keeper.Lease.Id, item.Job.Tags, time.GetUtcNow(), item.Job.Form);
            Save(transaction, item, JobState.Running, "", "");
        }
    });

    /// <summary>What is booked on each render: the sum of its charges; null where a usage has no price.</summary>
    public IReadOnlyDictionary<RenderItem, Amount?> Costs(BatchWork batch)
    {
        var facts = batch.DeviceFacts(keeper.Lease, time.GetUtcNow()).ToLookup(f => f.RenderId);
        return batch.Items.ToDictionary(item => item, item => Cost(facts[item.Job.RenderId].Concat(item.Facts)));
    }

    /// <summary>Ends a batch: charges for all, then delivered or failed for each.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="keys">The stored picture of each delivered render.</param>
    public void End(BatchWork batch, IReadOnlyDictionary<RenderItem, string> keys) => file.Write(transaction =>
    {
        var facts = PostCharges(transaction, batch);
        journal.Memos.Record(transaction, savings.Of(transaction, [.. keys.Keys], facts));
        foreach (var item in batch.Items)
        {
            bool delivered = keys.TryGetValue(item, out string? key);
            var outcome = delivered ? AttemptOutcome.Delivered : AttemptOutcome.Failed;
            journal.Attempts.End(transaction, KeyOf(item), outcome, item.Failure ?? "", time.GetUtcNow());
            Save(transaction, item, delivered ? JobState.Delivered : JobState.Failed, key ?? "", item.Failure ?? "");
        }
    });

    /// <summary>Ends a batch that was stopped half-way; what it used is charged all the same.</summary>
    public void Abandon(BatchWork batch, AttemptOutcome outcome, string reason) => file.Write(transaction =>
    {
        PostCharges(transaction, batch);
        foreach (var item in batch.Items)
        {
            journal.Attempts.End(transaction, KeyOf(item), outcome, item.Failure ?? reason, time.GetUtcNow());
            Save(transaction, item, outcome == AttemptOutcome.Cancelled ? JobState.Cancelled : JobState.Failed, "", item.Failure ?? reason);
        }
    });

    /// <summary>Records a row that fails before any work, once for each reason.</summary>
    public void Refuse(string renderId, string rowId, string reason, JobRecord? before)
    {
        if (before is { State: JobState.Failed } && before.Reason == reason)
        {
            return;
        }

        var key = new AttemptKey(RunId, renderId, (before?.Attempt ?? 0) + 1);
        file.Write(transaction =>
        {
            journal.Attempts.Start(transaction, key, keeper.Lease.Id, TagSet.None, time.GetUtcNow());
            journal.Attempts.End(transaction, key, AttemptOutcome.Failed, reason, time.GetUtcNow());
            JobStore.Save(transaction, RunId, renderId, rowId, new JobRecord(JobState.Failed, key.Number, "", reason));
        });
    }

    private List<UsageFact> PostCharges(LedgerTransaction transaction, BatchWork batch)
    {
        List<UsageFact> facts = [.. batch.DeviceFacts(keeper.Lease, time.GetUtcNow()), .. batch.Items.SelectMany(i => i.Facts), .. keeper.TakeNotes()];
        var posted = journal.Post(transaction, facts);
        if (posted.Conflicts is [var conflict, ..])
        {
            throw new LedgerException(LedgerFault.Conflict, conflict.ToString());
        }

        journal.Memos.Record(transaction, batch.Items.SelectMany(i => i.Memos));
        return facts;
    }

    private Amount? Cost(IEnumerable<UsageFact> facts)
    {
        var sum = Amount.Zero;
        foreach (var fact in facts)
        {
            if (prices.Find(fact.Resource, fact.Meter, fact.At) is not { } price)
            {
                return null;
            }

            sum += price.Price(fact.Quantity);
        }

        return sum;
    }

    private AttemptKey KeyOf(RenderItem item) => new(RunId, item.Job.RenderId, item.Attempt);

    private void Save(LedgerTransaction transaction, RenderItem item, JobState state, string key, string reason) =>
        JobStore.Save(transaction, RunId, item.Job.RenderId, item.Job.Id, new JobRecord(state, item.Attempt, key, reason));
}
