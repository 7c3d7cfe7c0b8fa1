using System.Text.Json;
using Farthing.Gateway.Providers;

namespace Farthing.Gateway.Wire;

/// <summary>What a provider says that an answer used, in its own terms; a stream may say it in parts, the later ones winning.</summary>
/// <remarks>
/// OpenAI's <c>prompt_tokens</c> have cached tokens in them and its <c>completion_tokens</c> reasoning tokens; Anthropic's
/// <c>input_tokens</c> leave cached and written ones out. A count below 0 is none.
/// </remarks>
public sealed class UsageReport
{
    private long? _input;
    private long? _output;
    private long? _total;
    private long? _cached;
    private long? _reasoning;
    private long? _cacheRead;
    private long? _cacheWrite;
    private long? _cacheWriteHour;

    /// <summary>Whether there is a count of the prompt.</summary>
    public bool HasInput => _input is not null || _cacheRead is not null;

    /// <summary>Whether there is a count of what was generated. Of embeddings, which generate nothing, there is none.</summary>
    public bool HasOutput => _output is not null;

    /// <summary>Takes a usage object; the reader stands on its start and ends on its end.</summary>
    public void Read(ref Utf8JsonReader json)
    {
        if (json.TokenType != JsonTokenType.StartObject)
        {
            json.Skip();
            return;
        }

        var depth = json.CurrentDepth;
        while (json.Read() && json.CurrentDepth > depth)
        {
            // Details are objects within; their names are told apart from the outer ones, so one flat walk reads all.
            if (json.TokenType == JsonTokenType.PropertyName)
            {
                ReadField(ref json);
            }
        }
    }

    /// <summary>The counts by class.</summary>
    /// <param name="shape">The shape that the provider answered in.</param>
    /// <param name="row">The provider's quirks.</param>
    public TokenCounts Counts(WireShape shape, ProviderRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        var input = _input ?? 0;
        var output = _output ?? 0;
        if (shape == WireShape.Messages)
        {
            var written = _cacheWrite ?? 0;
            var hour = Math.Min(_cacheWriteHour ?? 0, written);
            return new TokenCounts(input, _cacheRead ?? 0, written - hour, hour, output, 0);
        }

        var cached = Math.Min(_cached ?? 0, input);
        var reasoning = _reasoning ?? 0;
        if (row.ReasoningBesideOutput && _total is { } total)
        {
            // What the total has beside prompt and answer was spent on reasoning, whether or not it is told apart.
            reasoning = Math.Max(0, total - input - output);
        }
        else
        {
            reasoning = Math.Min(reasoning, output);
            output -= reasoning;
        }

        return new TokenCounts(input - cached, cached, 0, 0, output, reasoning);
    }

    private void ReadField(ref Utf8JsonReader json)
    {
        if (json.ValueTextEquals("prompt_tokens"u8) || json.ValueTextEquals("input_tokens"u8))
        {
            Take(ref json, ref _input);
        }
        else if (json.ValueTextEquals("completion_tokens"u8) || json.ValueTextEquals("output_tokens"u8))
        {
            Take(ref json, ref _output);
        }
        else if (json.ValueTextEquals("total_tokens"u8))
        {
            Take(ref json, ref _total);
        }
        else if (json.ValueTextEquals("cached_tokens"u8) || json.ValueTextEquals("prompt_cache_hit_tokens"u8))
        {
            Take(ref json, ref _cached);
        }
        else if (json.ValueTextEquals("reasoning_tokens"u8))
        {
            Take(ref json, ref _reasoning);
        }
        else if (json.ValueTextEquals("cache_read_input_tokens"u8))
        {
            Take(ref json, ref _cacheRead);
        }
        else if (json.ValueTextEquals("cache_creation_input_tokens"u8))
        {
            Take(ref json, ref _cacheWrite);
        }
        else if (json.ValueTextEquals("ephemeral_1h_input_tokens"u8))
        {
            Take(ref json, ref _cacheWriteHour);
        }
    }

    private static void Take(ref Utf8JsonReader json, ref long? into)
    {
        if (json.Read() && json.TokenType == JsonTokenType.Number && json.TryGetInt64(out var value) && value is >= 0 and <= int.MaxValue)
        {
            into = value;
        }
    }
}
