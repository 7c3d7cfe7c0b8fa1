using System.Globalization;
using Farthing.Diffusion.Pipelines;
using Farthing.Ledger.Metering;
using Farthing.Ledger.Posting;
using Farthing.Ledger.Prices;
using Farthing.Rendering.Embeddings;
using Farthing.Rendering.Jobs;

namespace Farthing.Rendering.Stages;

/// <summary>
/// A batch's texts through the embedding cache. Every render is charged for the lookup; encoding is charged to the renders whose
/// texts were not found; what the others were saved is a memo.
/// </summary>
internal sealed class CachedTexts(
    ModelEmbeddings embeddings, LeaseMeter meter, Lease lease, int threads, IRenderObserver observer, TimeProvider time)
{
    /// <summary>Finds or encodes texts: first those of the live items, then further ones, which are all items' alike.</summary>
    public IReadOnlyList<EncodedPrompt> Find(BatchWork batch, IReadOnlyList<RenderItem> live, IReadOnlyList<string> texts)
    {
        PendingEmbeddings? pending = null;
        IReadOnlyList<FoundEmbedding> found = [];
        try
        {
            batch.Metered(meter, Stage.TextEncode, 1, live, () =>
            {
                pending = embeddings.Begin(texts);
                found = pending.HasMisses ? [] : pending.End();
            });
            if (pending!.HasMisses)
            {
                var missing = pending.Missing;
                RenderItem[] causes = missing.Any(i => i >= live.Count) ? [.. live] : [.. missing.Select(i => live[i])];
                var encoding = batch.Metered(meter, Stage.TextEncode, threads, causes, pending.Encode);
                pending.Charge(encoding.CoreMicroseconds(lease.Cores));
                batch.Metered(meter, Stage.TextEncode, 1, causes, () => found = pending.End());
            }
        }
        finally
        {
            pending?.Dispose();
        }

        foreach (var (item, embedding) in live.Zip(found))
        {
            Note(item, embedding);
        }

        foreach (string warning in embeddings.Cache.TakeWarnings())
        {
            observer.Warned("", warning);
        }

        return [.. found.Select(f => f.Prompt)];
    }

    /// <summary>Notes what was saved, where it is known what encoding had cost.</summary>
    private void Note(RenderItem item, FoundEmbedding found)
    {
        var saved = found.Saved.Where(s => s.Cost.CoreMicroseconds > 0).ToList();
        if (saved.Count == 0)
        {
            return;
        }

        item.Memos.Add(new SavingsMemo
        {
            Id = $"{lease.RunId}/{item.Job.RenderId}/{item.Attempt}/saved-text-embeddings",
            At = time.GetUtcNow(),
            RunId = lease.RunId,
            RenderId = item.Job.RenderId,
            Attempt = item.Attempt,
            Kind = SavingsKind.TextEmbeddingCache,
            Stage = Stage.TextEncode,
            Resource = lease.Resource,
            Meter = Meters.DeviceTime,
            Quantity = saved.Sum(s => s.Cost.CoreMicroseconds),
            Evidence = "measured when these texts were encoded: " + string.Join(", ", saved.Select(s => string.Create(
                CultureInfo.InvariantCulture,
                $"{s.Encoder} {s.Cost.CoreMicroseconds} core-µs as one of {s.Cost.Texts}"))),
        });
    }
}
