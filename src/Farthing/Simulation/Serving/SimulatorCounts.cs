using System.Text.Json.Nodes;
using Farthing.Gateway.Translation;
using Farthing.Simulation.Scenarios;

namespace Farthing.Simulation.Serving;

/// <summary>
/// What happened, exactly. <c>billed</c> is what a provider would charge: every token that was read or written, the answer whole or not;
/// <c>reported</c> is what the client was told in a usage. They differ where a stream was cut or a usage is wrong.
/// </summary>
internal sealed class SimulatorCounts
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, Row> _rows = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, long> _rules = new(StringComparer.Ordinal);

    /// <summary>All calls so far, finished or not.</summary>
    public long Attempts
    {
        get
        {
            lock (_lock)
            {
                return _rows.Values.Sum(static row => row.Attempts);
            }
        }
    }

    /// <summary>A call arrived.</summary>
    public void Attempt(CallFacts call, string? rule) => Change(call, row =>
    {
        row.Attempts++;
        if (rule is not null)
        {
            _rules[rule] = _rules.GetValueOrDefault(rule) + 1;
        }
    });

    /// <summary>A call ended.</summary>
    public void Outcome(CallFacts call, string outcome) => Change(call, row => row.Outcomes[outcome] = row.Outcomes.GetValueOrDefault(outcome) + 1);

    /// <summary>Tokens were read or written.</summary>
    public void Bill(CallFacts call, TokenUsage usage) => Change(call, row => row.Billed = Sum(row.Billed, usage));

    /// <summary>The client was told of tokens.</summary>
    public void Report(CallFacts call, TokenUsage usage) => Change(call, row => row.Reported = Sum(row.Reported, usage));

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            _rows.Clear();
            _rules.Clear();
        }
    }

    /// <summary>
    /// <c>{"attempts","outcomes":{…},"billed":{…},"reported":{…},"rules":{…},"by":[{"provider","operation","model","key",…}]}</c>; tokens by
    /// class, without overlap.
    /// </summary>
    public JsonObject ToJson()
    {
        lock (_lock)
        {
            var all = new Row();
            var by = new JsonArray();
            foreach (Row row in _rows.Values)
            {
                all.Attempts += row.Attempts;
                all.Billed = Sum(all.Billed, row.Billed);
                all.Reported = Sum(all.Reported, row.Reported);
                foreach ((string outcome, long count) in row.Outcomes)
                {
                    all.Outcomes[outcome] = all.Outcomes.GetValueOrDefault(outcome) + count;
                }

                JsonObject one = row.ToJson();
                one.Insert(0, "provider", row.Call!.Provider);
                one.Insert(1, "operation", row.Call.Operation);
                one.Insert(2, "model", row.Call.Model);
                one.Insert(3, "key", row.Call.Key);
                by.Add((JsonNode)one);
            }

            JsonObject json = all.ToJson();
            json["rules"] = Counts(_rules);
            json["by"] = by;
            return json;
        }
    }

    private void Change(CallFacts call, Action<Row> change)
    {
        lock (_lock)
        {
            string name = $"{call.Provider}\n{call.Operation}\n{call.Model}\n{call.Key}";
            if (!_rows.TryGetValue(name, out Row? row))
            {
                _rows[name] = row = new Row { Call = call };
            }

            change(row);
        }
    }

    private static TokenUsage Sum(TokenUsage a, TokenUsage b) => new(
        a.Input + b.Input, a.CachedInput + b.CachedInput, a.CacheWrite + b.CacheWrite, a.Output + b.Output, a.Reasoning + b.Reasoning);

    private static JsonObject Counts(SortedDictionary<string, long> counts)
    {
        var json = new JsonObject();
        foreach ((string name, long count) in counts)
        {
            json[name] = count;
        }

        return json;
    }

    private sealed class Row
    {
        public CallFacts? Call { get; init; }

        public long Attempts { get; set; }

        public TokenUsage Billed { get; set; }

        public TokenUsage Reported { get; set; }

        public SortedDictionary<string, long> Outcomes { get; } = new(StringComparer.Ordinal);

        public JsonObject ToJson() => new()
        {
            ["attempts"] = Attempts,
            ["outcomes"] = Counts(Outcomes),
            ["billed"] = Tokens(Billed),
            ["reported"] = Tokens(Reported),
        };

        private static JsonObject Tokens(TokenUsage usage) => new()
        {
            ["input_tokens"] = usage.Input,
            ["cached_input_tokens"] = usage.CachedInput,
            ["cache_write_tokens"] = usage.CacheWrite,
            ["output_tokens"] = usage.Output,
            ["reasoning_tokens"] = usage.Reasoning,
        };
    }
}
