using System.Text.Json;
using Microsoft.Data.Sqlite;

namespace Farthing.Drills.Outage;

/// <summary>What one side counted of one provider's model under one key: attempts, answers, and tokens by class.</summary>
internal sealed record ProviderCount(string Provider, string Model, string Key, long Attempts, long Answered, long Input, long CachedInput, long CacheWrite, long Output, long Reasoning)
{
    // The simulator's cache writes are of the usual time; the gateway keeps those of an hour apart, and here adds them.
    private const string Attempted =
        """
        SELECT provider, model, key_id, count(*), sum(outcome = 'answered'), sum(input), sum(cached_input), sum(cache_write + cache_write_hour), sum(output), sum(reasoning)
        FROM gateway_attempts WHERE tags = 'drill' GROUP BY provider, model, key_id ORDER BY provider, model, key_id
        """;

    // A charge's quantity is what is billed; each has its attempt's request and number.
    private const string Charged =
        """
        SELECT a.provider, a.model, a.key_id, 0, 0,
            sum(CASE WHEN c.meter = 'input-tokens' THEN c.quantity ELSE 0 END), sum(CASE WHEN c.meter = 'cached-input-tokens' THEN c.quantity ELSE 0 END),
            sum(CASE WHEN c.meter LIKE '%cache-write%' THEN c.quantity ELSE 0 END), sum(CASE WHEN c.meter = 'output-tokens' THEN c.quantity ELSE 0 END),
            sum(CASE WHEN c.meter = 'reasoning-tokens' THEN c.quantity ELSE 0 END)
        FROM charges AS c JOIN gateway_attempts AS a ON a.request_id = substr(c.id, 5, instr(substr(c.id, 5), '/') - 1) AND a.attempt = c.attempt
        WHERE c.run_id = 'gateway' AND a.tags = 'drill' GROUP BY a.provider, a.model, a.key_id ORDER BY a.provider, a.model, a.key_id
        """;

    /// <summary>The simulator's own count.</summary>
    public static IReadOnlyList<ProviderCount> OfSimulator(JsonDocument counts) =>
    [
        .. counts.RootElement.GetProperty("by").EnumerateArray().Select(static row =>
        {
            JsonElement billed = row.GetProperty("billed"), outcomes = row.GetProperty("outcomes");
            return new ProviderCount(
                row.GetProperty("provider").GetString()!, row.GetProperty("model").GetString()!, row.GetProperty("key").GetString()!,
                row.GetProperty("attempts").GetInt64(), outcomes.TryGetProperty("ok", out JsonElement ok) ? ok.GetInt64() : 0,
                billed.GetProperty("input_tokens").GetInt64(), billed.GetProperty("cached_input_tokens").GetInt64(), billed.GetProperty("cache_write_tokens").GetInt64(),
                billed.GetProperty("output_tokens").GetInt64(), billed.GetProperty("reasoning_tokens").GetInt64());
        }).OrderBy(static row => (row.Provider, row.Model, row.Key)),
    ];

    /// <summary>The ledger's attempts.</summary>
    public static IReadOnlyList<ProviderCount> OfAttempts(SqliteConnection ledger) => Read(ledger, Attempted);

    /// <summary>The tokens of the ledger's charges; of attempts nothing.</summary>
    public static IReadOnlyList<ProviderCount> OfCharges(SqliteConnection ledger) => Read(ledger, Charged);

    /// <summary>The tokens alone, as they are charged: gpt-4o-mini has no price of cache writes, which are input there.</summary>
    public ProviderCount AsCharged() => Provider == "openai"
        ? this with { Attempts = 0, Answered = 0, Input = Input + CacheWrite, CacheWrite = 0 }
        : this with { Attempts = 0, Answered = 0 };

    private static List<ProviderCount> Read(SqliteConnection ledger, string sql)
    {
        using SqliteCommand command = ledger.CreateCommand();
        command.CommandText = sql;
        using SqliteDataReader row = command.ExecuteReader();
        List<ProviderCount> counts = [];
        while (row.Read())
        {
            counts.Add(new ProviderCount(
                row.GetString(0), row.GetString(1), row.GetString(2), row.GetInt64(3), row.GetInt64(4),
                row.GetInt64(5), row.GetInt64(6), row.GetInt64(7), row.GetInt64(8), row.GetInt64(9)));
        }

        return counts;
    }
}
