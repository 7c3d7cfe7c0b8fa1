using System.Data.Common;
using System.Globalization;
using Farthing.Gateway.Wire;
using Farthing.Ledger.Posting;
using Farthing.Ledger.Prices;
using Farthing.Ledger.Storage;

namespace Farthing.Gateway.Booking;

/// <summary>What an attempt used of one class, as its row says it or as its charge does.</summary>
/// <param name="Attempt">The request and the attempt's number, such as <c>REQUEST/1</c>.</param>
/// <param name="Class">The class of tokens, or the meter of a use.</param>
/// <param name="Quantity">How much.</param>
/// <param name="Tags">The tags.</param>
/// <param name="Estimated">Whether it was counted here.</param>
internal readonly record struct AttemptClassLine(string Attempt, string Class, long Quantity, string Tags, bool Estimated)
{
    private const string Prefix = "llm/";

    private static readonly (string Column, string Class)[] Classes =
    [
        ("input", "input"), ("cached_input", "cached-input"), ("cache_write", "cache-write"), ("cache_write_hour", "cache-write-1h"), ("output", "output"), ("reasoning", "reasoning"),
        ("input_audio", "input-audio"), ("cached_input_audio", "cached-input-audio"), ("output_audio", "output-audio"), ("output_image", "output-image"),
    ];

    private static readonly string Rows = $"SELECT request_id, attempt, tags, estimated, uses, {string.Join(", ", Classes.Select(static each => each.Column))} FROM gateway_attempts";

    /// <summary>The charge's id.</summary>
    public string Id => $"{Prefix}{Attempt}/{Class}";

    /// <summary>Both sides hash alike within a process; the seed is random, so that nobody can choose what is taken for the same.</summary>
    public long Hash => ((long)HashCode.Combine(Attempt, Class, Quantity, Tags, Estimated) << 32) ^ (uint)HashCode.Combine(Estimated, Quantity, Tags, Class, Attempt, 1);

    /// <summary>What it says, for people.</summary>
    public string Said => string.Create(CultureInfo.InvariantCulture, $"{Quantity} of {Class}{(Estimated ? ", estimated," : "")} with {(Tags.Length == 0 ? "no tags" : $"the tags '{Tags}'")}");

    /// <summary>Reads all rows of attempts.</summary>
    public static IEnumerable<AttemptClassLine> OfAttempts(LedgerTransaction transaction)
    {
        using var command = transaction.CreateCommand();
        command.CommandText = Rows;
        using var row = command.ExecuteReader();
        var (before, tags) = ("", "");
        while (row.Read())
        {
            var attempt = string.Create(CultureInfo.InvariantCulture, $"{row.GetString(0)}/{row.GetInt64(1)}");
            if (row.GetString(2) is var written && written != before)
            {
                (before, tags) = (written, TagSet.Parse(written).Text);
            }

            for (var i = 0; i < Classes.Length; i++)
            {
                if (row.GetInt64(5 + i) is not 0 and var tokens)
                {
                    yield return new AttemptClassLine(attempt, Classes[i].Class, tokens, tags, row.GetInt64(3) != 0);
                }
            }

            foreach (var use in ToolUse.Parse(row.GetString(4)))
            {
                yield return new AttemptClassLine(attempt, use.Meter, use.Count, tags, row.GetInt64(3) != 0);
            }
        }
    }

    /// <summary>Reads all charges of the gateway but those for each request, which hang on whether the model had such a price.</summary>
    public static IEnumerable<AttemptClassLine> OfCharges(LedgerTransaction transaction)
    {
        using var command = transaction.CreateCommand();
        command.CommandText = $"SELECT id, quantity, tags, estimated FROM charges WHERE run_id = '{TokenCharges.Run}'";
        using var row = command.ExecuteReader();
        while (row.Read())
        {
            if (!row.IsDBNull(0) && Parse(row) is { Class: not Meters.Requests } line)
            {
                yield return line;
            }
        }
    }

    private static AttemptClassLine? Parse(DbDataReader row)
    {
        var id = row.GetString(0);
        var end = id.LastIndexOf('/');
        return id.StartsWith(Prefix, StringComparison.Ordinal) && end > Prefix.Length
            ? new AttemptClassLine(id[Prefix.Length..end], id[(end + 1)..], row.GetInt64(1), row.GetString(2), row.GetInt64(3) != 0)
            : null;
    }
}
