using System.Globalization;
using Farthing.Gateway.Calls;
using Microsoft.AspNetCore.Http;

namespace Farthing.Serving;

/// <summary>A page of the list of models, as Anthropic's clients ask for it.</summary>
/// <remarks>https://platform.claude.com/docs/en/api/models-list</remarks>
/// <param name="Models">What is on it.</param>
/// <param name="HasMore">Whether there is more in the direction that was asked for.</param>
internal sealed record ModelPage(IReadOnlyList<ListedModel> Models, bool HasMore)
{
    private const int UsualLimit = 20, MostLimit = 1_000;
    private const string After = "after_id", Before = "before_id";

    /// <summary>Reads which page is asked for.</summary>
    /// <param name="query">Of the request.</param>
    /// <param name="all">The whole list.</param>
    /// <param name="page">The page; an empty one where it is refused.</param>
    /// <returns>Null when there is such a page; else what to tell the client.</returns>
    public static GatewayError? Read(IQueryCollection query, IReadOnlyList<ListedModel> all, out ModelPage page)
    {
        page = new ModelPage([], false);
        int limit = UsualLimit;
        if (query.TryGetValue("limit", out var text)
            && !(int.TryParse(text.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out limit) && limit is >= 1 and <= MostLimit))
        {
            return Bad("limit", $"limit: must be a whole number from 1 to {MostLimit}.");
        }

        bool isAfter = query.TryGetValue(After, out var after);
        bool isBefore = query.TryGetValue(Before, out var before);
        if (isAfter && isBefore)
        {
            return Bad(Before, $"{Before}: stands beside {After}. Send one of them.");
        }

        string cursor = (isAfter ? after : before).ToString();
        int at = Index(all, cursor);
        if ((isAfter || isBefore) && at < 0)
        {
            return Bad(isAfter ? After : Before, $"{(isAfter ? After : Before)}: the list has no model of this name. Send the {(isAfter ? "last_id" : "first_id")} of a page.");
        }

        int start = isAfter ? at + 1 : isBefore ? Math.Max(0, at - limit) : 0;
        int end = isBefore ? at : Math.Min(all.Count, start + limit);
        page = new ModelPage([.. all.Take(start..end)], isBefore ? start > 0 : end < all.Count);
        return null;
    }

    private static int Index(IReadOnlyList<ListedModel> all, string name)
    {
        for (int i = 0; i < all.Count; i++)
        {
            if (all[i].Name == name)
            {
                return i;
            }
        }

        return -1;
    }

    private static GatewayError Bad(string field, string message) => new(400, "bad_request", message, field);
}
