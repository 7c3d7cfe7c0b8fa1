using Farthing.Ledger.Storage;

namespace Farthing.Ledger.Posting;

/// <summary>Gives uses the tags of their attempts, so that what a render cost stands where its delivery does.</summary>
internal static class AttemptTags
{
    /// <summary>
    /// The same facts. One that states no tags, or only some of those that its attempt was started with, has all of the attempt's; one with a tag of
    /// its own, or whose attempt is not known yet, stays as it is: what is posted is never changed.
    /// </summary>
    public static IReadOnlyList<UsageFact> Inherit(LedgerTransaction transaction, IReadOnlyList<UsageFact> facts)
    {
        var keys = facts.Select(KeyOf).OfType<AttemptKey>().ToHashSet();
        if (keys.Count == 0)
        {
            return facts;
        }

        var known = AttemptRows.Tags(transaction, keys);
        return [.. facts.Select(fact => KeyOf(fact) is { } key && known.TryGetValue(key, out var tags) && fact.Tags.IsWithin(tags) ? fact with { Tags = tags } : fact)];
    }

    private static AttemptKey? KeyOf(UsageFact fact) => fact.RenderId is { } render ? new AttemptKey(fact.RunId, render, fact.Attempt) : null;
}
