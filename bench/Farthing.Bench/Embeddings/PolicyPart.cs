using Farthing.Diffusion.Pipelines;
using Farthing.Rendering.Embeddings;

namespace Farthing.Bench.Embeddings;

/// <summary>The memory tier's policy against a plain LRU, on the same traffic and the same bytes.</summary>
internal static class PolicyPart
{
    private static readonly TimeSpan Ttl = TimeSpan.FromDays(30);

    /// <summary>Hit rates of W-TinyLFU and of LRU in a memory for a share of the stems.</summary>
    public static (double TinyLfu, double Lru) Run(Traffic traffic, double shareOfStems, int stems)
    {
        var entry = EmbeddingEntry.Of(new TextStates([.. Enumerable.Repeat(1f, 8_000)], []), 100, EmbeddingStorage.Fp16, default)!;
        long bytes = (long)(shareOfStems * stems * entry.Size);
        var tier = new MemoryTier(bytes, Ttl);
        var lru = new PlainLru((int)(bytes / entry.Size));
        int renders = 0, tierHits = 0, lruHits = 0;
        foreach (var demand in traffic.Days(EmbeddingsOptions.Days))
        {
            var key = EntryKey.Of(new byte[EntryKey.Length], EmbeddingStorage.Fp16, [.. demand.Text.Select(static c => (int)c)]);
            renders++;
            lruHits += lru.Use(key) ? 1 : 0;
            if (tier.Find(key, demand.At, Ttl, out _) is not null)
            {
                tierHits++;
            }
            else
            {
                tier.Add(key, entry, demand.At);
            }
        }

        return ((double)tierHits / renders, (double)lruHits / renders);
    }

    private sealed class PlainLru(int entries)
    {
        private readonly Dictionary<EntryKey, LinkedListNode<EntryKey>> _nodes = [];
        private readonly LinkedList<EntryKey> _order = new();

        public bool Use(EntryKey key)
        {
            if (_nodes.TryGetValue(key, out var node))
            {
                _order.Remove(node);
                _order.AddFirst(node);
                return true;
            }

            _nodes[key] = _order.AddFirst(key);
            if (_nodes.Count > entries)
            {
                _nodes.Remove(_order.Last!.Value);
                _order.RemoveLast();
            }

            return false;
        }
    }
}
