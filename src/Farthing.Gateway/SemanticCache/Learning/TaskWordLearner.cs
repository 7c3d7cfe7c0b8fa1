using Farthing.Gateway.SemanticCache.Lists;
using Farthing.Gateway.SemanticCache.Reading;

namespace Farthing.Gateway.SemanticCache.Learning;

/// <summary>A word that nearly all requests of a tenant have in their first clause.</summary>
/// <param name="Word">The word.</param>
/// <param name="Share">The share of the requests that have it.</param>
public sealed record LearnedWord(string Word, double Share);

/// <summary>Finds a tenant's own task words in its traffic. It proposes; a person puts them into the tenant's lists.</summary>
/// <remarks>
/// Why that is safe: 1. only words before a request's first colon, or before its first "for", "of" or "showing", are
/// looked at, so that no product's name is; 2. a word must be in nearly all requests, so it tells hardly any two apart;
/// 3. numbers, negations, languages and known values are never proposed, and the lists refuse them; 4. a task word is
/// excused only within a clause of task words, nowhere else; 5. at most <see cref="MaxWords"/> are proposed.
/// </remarks>
public static class TaskWordLearner
{
    /// <summary>Fewer requests say nothing about habits.</summary>
    public const int MinRequests = 200;

    /// <summary>The most words that are proposed.</summary>
    public const int MaxWords = 24;

    private const int MaxClause = 12;

    /// <summary>Proposes words, the most frequent first.</summary>
    /// <param name="requests">A sample of one tenant's requests, at least <see cref="MinRequests"/>; fewer give none.</param>
    /// <param name="lists">What the tenant's guard knows already.</param>
    /// <param name="minShare">The share of requests that must have a word, 0.5 to 1.</param>
    public static IReadOnlyList<LearnedWord> Propose(IReadOnlyCollection<string> requests, GuardLists lists, double minShare = 0.9)
    {
        ArgumentNullException.ThrowIfNull(requests);
        ArgumentNullException.ThrowIfNull(lists);
        ArgumentOutOfRangeException.ThrowIfLessThan(minShare, 0.5);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minShare, 1);
        if (requests.Count < MinRequests)
        {
            return [];
        }

        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (string request in requests)
        {
            foreach (string word in Clause(request, lists).Distinct(StringComparer.Ordinal))
            {
                counts[word] = counts.GetValueOrDefault(word) + 1;
            }
        }

        return
        [
            .. counts.Where(word => word.Value >= minShare * requests.Count && MayLearn(word.Key, lists))
                .OrderByDescending(static word => word.Value).ThenBy(static word => word.Key, StringComparer.Ordinal)
                .Take(MaxWords)
                .Select(word => new LearnedWord(word.Key, (double)word.Value / requests.Count)),
        ];
    }

    private static List<string> Clause(string request, GuardLists lists)
    {
        List<Token> tokens = TextScanner.Scan(request, word => lists.FindUnit(word) is not null);
        int end = tokens.FindIndex(static token => token.IsMarkOf(":"));
        if (end is < 0 or > MaxClause)
        {
            end = tokens.FindIndex(token => token.IsWord && lists.Task.Ends.Contains(token.Text));
        }

        return end is <= 0 or > MaxClause || tokens.Take(end).Any(static token => token.IsMark)
            ? []
            : [.. tokens.Take(end).Where(static token => token.IsWord).Select(static token => token.Text)];
    }

    private static bool MayLearn(string word, GuardLists lists) =>
        Words.Slip.IsLetters(word)
        && !lists.Task.All.Contains(word)
        && !FunctionWords.Negations.Contains(word)
        && !FunctionWords.Languages.Contains(word)
        && !Numbers.Words.Contains(word)
        && !lists.Shades.Contains(word)
        && lists.Values.Match(at => at == 0 ? word : null, out _) == 0;
}
