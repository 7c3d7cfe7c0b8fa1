using System.Text.Json;
using Farthing.Gateway.Providers;

namespace Farthing.Gateway.Wire;

/// <summary>What a provider says that an answer used, in its own terms; a stream may say it in parts, the later ones winning.</summary>
/// <remarks>
/// OpenAI's <c>prompt_tokens</c> have cached and written tokens in them and its <c>completion_tokens</c> reasoning tokens; Anthropic's
/// <c>input_tokens</c> leave cached and written ones out. A count below 0, or of parts, is none.
/// </remarks>
public sealed class UsageReport
{
    private long? _input;
    private long? _output;
    private long? _total;
    private long? _cached;
    private long? _written;
    private long? _reasoning;
    private long? _cacheRead;
    private long? _cacheWrite;
    private long? _cacheWriteHour;
    private SpecialTokens _special;
    private ToolReport? _tools;
    private bool _isCompaction;
    private TokenCounts _compactions;

    /// <summary>Whether there is a count of the prompt. No prompt has no tokens: a 0 stands where a field is needed and nothing is known.</summary>
    public bool HasInput => _input > 0 || _cacheRead > 0 || _cacheWrite > 0;

    /// <summary>Whether there is a count of what was generated. Of embeddings, which generate nothing, there is none.</summary>
    public bool HasOutput => _output is not null;

    /// <summary>What the provider did beside tokens; null where it says nothing of it.</summary>
    public ToolReport? Tools => _tools;

    /// <summary>Takes an item of a response, which may be a call of a tool that ran at the provider; the reader stands on its start and ends on its end.</summary>
    public void ReadItem(ref Utf8JsonReader json) => ToolReport.ReadItem(ref json, ref _tools);

    /// <summary>The service that was really used, as a tier of prices; empty for the standard one.</summary>
    public string Service { get; private set; } = "";

    /// <summary>Takes the value of <c>service_tier</c>, which OpenAI says beside the usage and Anthropic in it; the reader stands on its name.</summary>
    public void ReadService(ref Utf8JsonReader json)
    {
        json.Read();
        if (json.TokenType == JsonTokenType.String)
        {
            Service = ServiceTier.Of(json.GetString()!);
        }

        json.Skip();
    }

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
            if (json.TokenType == JsonTokenType.PropertyName && !(json.CurrentDepth == depth + 1 && ReadOwn(ref json)))
            {
                ReadDetail(ref json);
            }
        }
    }

    /// <summary>The counts by class.</summary>
    /// <param name="shape">The shape that the provider answered in.</param>
    public TokenCounts Counts(WireShape shape)
    {
        var input = _input ?? 0;
        var output = _output ?? 0;
        var reasoning = _reasoning ?? 0;
        var beside = _total is { } total && _output is not null ? Math.Max(0, total - input - output) : 0;
        if (shape != WireShape.Messages && beside > 0)
        {
            // Some servers (Gemini, xAI) count reasoning beside the completion: the total has what both leave out, told apart or not.
            reasoning = beside;
        }
        else if (shape == WireShape.Messages || reasoning <= output)
        {
            // More than the completion (Perplexity's deep research) can't be in it.
            reasoning = Math.Min(reasoning, output);
            output -= reasoning;
        }

        if (shape == WireShape.Messages)
        {
            var write = _cacheWrite ?? 0;
            var hour = Math.Min(_cacheWriteHour ?? 0, write);
            return new TokenCounts(input, _cacheRead ?? 0, write - hour, hour, output, reasoning) + _compactions;
        }

        var cached = Math.Min(_cached ?? 0, input);
        var written = Math.Min(_written ?? 0, input - cached);
        return _special.Apart(new TokenCounts(input - cached - written, cached, written, 0, output, reasoning));
    }

    /// <summary>Reads a field that counts at the usage's own depth alone; false where it is none.</summary>
    private bool ReadOwn(ref Utf8JsonReader json)
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
        else if (json.ValueTextEquals("service_tier"u8))
        {
            ReadService(ref json);
        }
        else if (json.ValueTextEquals("iterations"u8))
        {
            json.Read();
            ReadIterations(ref json);
        }
        else if (json.ValueTextEquals("type"u8))
        {
            json.Read();
            _isCompaction = json.TokenType == JsonTokenType.String && json.ValueTextEquals("compaction"u8);
        }
        else
        {
            return false;
        }

        return true;
    }

    /// <summary>Details may stand in an object of their own or beside the totals; their names are told apart from the totals'.</summary>
    private void ReadDetail(ref Utf8JsonReader json)
    {
        if (_special.TryRead(ref json) || ToolReport.TryRead(ref json, ref _tools))
        {
            return;
        }

        if (json.ValueTextEquals("cached_tokens"u8) || json.ValueTextEquals("prompt_cache_hit_tokens"u8))
        {
            Take(ref json, ref _cached);
        }
        else if (json.ValueTextEquals("cache_write_tokens"u8))
        {
            Take(ref json, ref _written);
        }
        else if (json.ValueTextEquals("reasoning_tokens"u8) || json.ValueTextEquals("thinking_tokens"u8))
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

    /// <summary>Anthropic's totals leave out what its compaction of the conversation read and wrote, which stands here and is billed.</summary>
    private void ReadIterations(ref Utf8JsonReader json)
    {
        if (json.TokenType != JsonTokenType.StartArray)
        {
            json.Skip();
            return;
        }

        _compactions = default;
        var depth = json.CurrentDepth;
        while (json.Read() && json.CurrentDepth > depth)
        {
            if (json.TokenType == JsonTokenType.StartObject)
            {
                var iteration = new UsageReport();
                iteration.Read(ref json);
                _compactions += iteration._isCompaction ? iteration.Counts(WireShape.Messages) : default;
            }
        }
    }

    internal static void Take(ref Utf8JsonReader json, ref long? into)
    {
        if (json.Read() && json.TokenType == JsonTokenType.Number && WholeNumber.TryRead(ref json, out var value) && value <= int.MaxValue)
        {
            into = value;
        }
    }
}
