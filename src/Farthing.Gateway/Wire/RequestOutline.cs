using System.Text.Json;

namespace Farthing.Gateway.Wire;

/// <summary>
/// The few fields of a request that the gateway looks at, and where they stand in its bytes. Everything else is passed on as it
/// came: a body for a provider is the client's bytes with these few places replaced.
/// </summary>
public sealed class RequestOutline
{
    private const int MaxFallbacks = 7;

    // The readers' own limit, which translations have too.
    private const int MaxDepth = 64;

    private readonly ReadOnlyMemory<byte> _body;
    private Range _model;
    private Range _fallbacks;
    private Range _options;
    private Range _includeUsage;
    private int _objectEnd;
    private bool _optionsIsObject;
    private bool _optionsIsEmpty;

    private RequestOutline(ReadOnlyMemory<byte> body) => _body = body;

    /// <summary>The client's bytes, without a mark of their order.</summary>
    public ReadOnlyMemory<byte> Body => _body;

    /// <summary><c>model</c>, as the client wrote it.</summary>
    public string Model { get; private set; } = "";

    /// <summary><c>stream</c>; false where it is left out.</summary>
    public bool Stream { get; private set; }

    /// <summary>Whether the model is to search the web (<c>web_search_options</c>).</summary>
    public bool Searches { get; private set; }

    /// <summary>Whether the client asked for the usage of its stream itself.</summary>
    public bool AsksForUsage { get; private set; }

    /// <summary><c>fallbacks</c>: targets to try after the model, in order; null where the field is left out.</summary>
    public IReadOnlyList<string>? Fallbacks { get; private set; }

    /// <summary>Reads a body once.</summary>
    /// <exception cref="RequestFormException">It is no JSON object, has no model, or has a known field twice or of the wrong kind.</exception>
    public static RequestOutline Read(ReadOnlyMemory<byte> body)
    {
        // A mark of the bytes' order is no JSON, and some clients write it all the same.
        var outline = new RequestOutline(body.Span.StartsWith("\uFEFF"u8) ? body["\uFEFF"u8.Length..] : body);
        try
        {
            outline.Read();
        }
        catch (JsonException error)
        {
            throw new RequestFormException(null, IsTooDeep(outline._body.Span)
                ? $"The body is nested too deeply: objects and lists may stand {MaxDepth} deep in each other."
                : $"The body is no JSON: {error.Message}");
        }
        catch (InvalidOperationException)
        {
            // The reader's word for text that is no UTF-8 or has half a surrogate pair.
            throw new RequestFormException(null, "The body has text that is not valid UTF-8.");
        }

        return outline.Model.Length > 0
            ? outline
            : throw new RequestFormException("model", "The field 'model' is missing: write the model's name, such as \"openai/gpt-4o-mini\".");
    }

    /// <summary>The body for a provider: its own name of the model, no <c>fallbacks</c>, and usage asked for where that is wanted.</summary>
    /// <param name="model">The model's name as the provider knows it.</param>
    /// <param name="askForUsage">Whether <c>stream_options.include_usage</c> is to be true.</param>
    public ReadOnlyMemory<byte> For(string model, bool askForUsage)
    {
        if (model == Model && Fallbacks is null && (!askForUsage || AsksForUsage))
        {
            return _body;
        }

        List<(Range Place, byte[] Text)> edits = [(_model, JsonSerializer.SerializeToUtf8Bytes(model, WireJson.Default.String))];
        if (Fallbacks is not null)
        {
            edits.Add((_fallbacks, []));
        }

        if (askForUsage && !AsksForUsage)
        {
            edits.Add(UsageEdit());
        }

        return Splice(edits);
    }

    private (Range Place, byte[] Text) UsageEdit()
    {
        if (_includeUsage.Length > 0)
        {
            return (_includeUsage, "true"u8.ToArray());
        }

        if (_optionsIsObject)
        {
            var inside = new Range(_options.Start + 1, _options.Start + 1);
            return (inside, _optionsIsEmpty ? "\"include_usage\":true"u8.ToArray() : "\"include_usage\":true,"u8.ToArray());
        }

        return _options.Length > 0
            ? (_options, "{\"include_usage\":true}"u8.ToArray())
            : (new Range(_objectEnd, _objectEnd), ",\"stream_options\":{\"include_usage\":true}"u8.ToArray());
    }

    private byte[] Splice(List<(Range Place, byte[] Text)> edits)
    {
        edits.Sort(static (a, b) => a.Place.Start.CompareTo(b.Place.Start));
        var result = new byte[_body.Length + edits.Sum(static edit => edit.Text.Length - edit.Place.Length)];
        var (from, to) = (0, 0);
        foreach (var (place, text) in edits)
        {
            _body.Span[from..place.Start].CopyTo(result.AsSpan(to));
            to += place.Start - from;
            text.CopyTo(result, to);
            to += text.Length;
            from = place.End;
        }

        _body.Span[from..].CopyTo(result.AsSpan(to));
        return result;
    }

    /// <summary>Whether what a reader stopped at is the depth.</summary>
    private static bool IsTooDeep(ReadOnlySpan<byte> body)
    {
        var json = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = MaxDepth + 1 });
        try
        {
            while (json.Read())
            {
                // The depth of a start is that of what it stands in.
                if (json.CurrentDepth == MaxDepth && json.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
                {
                    return true;
                }
            }
        }
        catch (JsonException)
        {
            // Something else is wrong, and before that.
        }

        return false;
    }

    private void Read()
    {
        var json = new Utf8JsonReader(_body.Span, new JsonReaderOptions { MaxDepth = MaxDepth });
        if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
        {
            throw new RequestFormException(null, "The body must be a JSON object.");
        }

        var seen = Known.None;
        var valueEnd = 0;
        var pendingNext = false;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var nameStart = (int)json.TokenStartIndex;
            if (pendingNext)
            {
                // 'fallbacks' came first, so it takes the comma that follows it along.
                _fallbacks = _fallbacks with { End = nameStart };
                pendingNext = false;
            }

            var known = KnownName(ref json);
            if (known != Known.None && (seen & known) != 0)
            {
                throw new RequestFormException(json.GetString(), $"The field '{json.GetString()}' stands twice: write it once.");
            }

            seen |= known;
            json.Read();
            ReadValue(ref json, known);
            if (known == Known.Fallbacks)
            {
                _fallbacks = new Range(valueEnd > 0 ? valueEnd : nameStart, (int)json.BytesConsumed);
                pendingNext = valueEnd == 0;
            }

            valueEnd = (int)json.BytesConsumed;
        }

        _objectEnd = (int)json.TokenStartIndex;
        if (json.Read())
        {
            throw new RequestFormException(null, "The body must be one JSON object.");
        }
    }

    private void ReadValue(ref Utf8JsonReader json, Known known)
    {
        var start = (int)json.TokenStartIndex;
        switch (known)
        {
            case Known.Model:
                Model = json.TokenType == JsonTokenType.String ? json.GetString()! : throw new RequestFormException("model", "The field 'model' must be a text.");
                _model = new Range(start, (int)json.BytesConsumed);
                break;
            case Known.Stream:
                Stream = json.TokenType switch
                {
                    JsonTokenType.True => true,
                    JsonTokenType.False or JsonTokenType.Null => false,
                    _ => throw new RequestFormException("stream", "The field 'stream' must be true or false."),
                };
                break;
            case Known.StreamOptions:
                ReadOptions(ref json, start);
                break;
            case Known.Fallbacks:
                Fallbacks = ReadFallbacks(ref json);
                break;
            case Known.Search:
                Searches = json.TokenType == JsonTokenType.StartObject;
                json.Skip();
                break;
            default:
                json.Skip();
                break;
        }
    }

    private void ReadOptions(ref Utf8JsonReader json, int start)
    {
        _optionsIsObject = json.TokenType == JsonTokenType.StartObject;
        _optionsIsEmpty = true;
        if (!_optionsIsObject)
        {
            json.Skip();
        }

        while (_optionsIsObject && json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            _optionsIsEmpty = false;
            var isUsage = json.ValueTextEquals("include_usage"u8);
            json.Read();
            var valueStart = (int)json.TokenStartIndex;
            json.Skip();
            if (isUsage)
            {
                AsksForUsage = json.TokenType == JsonTokenType.True;
                _includeUsage = new Range(valueStart, (int)json.BytesConsumed);
            }
        }

        _options = new Range(start, (int)json.BytesConsumed);
    }

    private static List<string> ReadFallbacks(ref Utf8JsonReader json)
    {
        List<string> fallbacks = [];
        if (json.TokenType != JsonTokenType.StartArray)
        {
            throw new RequestFormException("fallbacks", "The field 'fallbacks' must be a list such as [\"anthropic/claude-haiku-4-5\"].");
        }

        while (json.Read() && json.TokenType == JsonTokenType.String)
        {
            fallbacks.Add(json.GetString()!);
        }

        return json.TokenType == JsonTokenType.EndArray && fallbacks.Count <= MaxFallbacks
            ? fallbacks
            : throw new RequestFormException("fallbacks", $"The field 'fallbacks' must be a list of at most {MaxFallbacks} texts such as \"anthropic/claude-haiku-4-5\".");
    }

    private static Known KnownName(ref Utf8JsonReader json) =>
        json.ValueTextEquals("model"u8) ? Known.Model
        : json.ValueTextEquals("stream"u8) ? Known.Stream
        : json.ValueTextEquals("stream_options"u8) ? Known.StreamOptions
        : json.ValueTextEquals("fallbacks"u8) ? Known.Fallbacks
        : json.ValueTextEquals("web_search_options"u8) ? Known.Search
        : Known.None;

    [Flags]
    private enum Known
    {
        None = 0,
        Model = 1,
        Stream = 2,
        StreamOptions = 4,
        Fallbacks = 8,
        Search = 16,
    }

    private readonly record struct Range(int Start, int End)
    {
        public int Length => End - Start;
    }
}
