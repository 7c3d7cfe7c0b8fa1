using System.Text;
using System.Text.Json;

namespace Farthing.Ledger.Prices;

/// <summary>What of a foreign price list was not taken.</summary>
/// <param name="Line">The line.</param>
/// <param name="Entry">The list's name of it, and the key where it is one key.</param>
/// <param name="Reason">Why, in words that many entries share.</param>
public sealed record LeftPrice(long Line, string Entry, string Reason);

/// <summary>Reads LiteLLM's public price file: an object of models, each with prices per token, picture, second and so on.</summary>
/// <remarks>Numbers are read as the decimals they are written as; no floating point is involved.</remarks>
internal sealed class LiteLlmReader(string name, byte[] json, DateTimeOffset from, string source)
{
    private const string Sample = "sample_spec";
    private readonly List<LeftPrice> _left = [];
    private readonly List<PriceBookError> _errors = [];
    private readonly Dictionary<string, (string Model, List<PriceDraft> Prices)> _models = new(StringComparer.Ordinal);
    private long _line = 1;
    private int _counted;

    /// <summary>What was not taken, in the order of the file.</summary>
    public IReadOnlyList<LeftPrice> Left => _left;

    /// <summary>How many models have a price that was taken.</summary>
    public int Models => _models.Count;

    /// <exception cref="PriceBookException">It can't be used; all errors are reported at once.</exception>
    public PriceBook Read()
    {
        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 16 });
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                throw new PriceBookException(name, [new PriceBookError(1, "expected an object of models, as LiteLLM's price file is.")]);
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var (model, line) = (reader.GetString()!, LineOf(reader));
                reader.Read();
                if (reader.TokenType == JsonTokenType.StartObject && model != Sample)
                {
                    ReadModel(ref reader, model, line);
                }
                else
                {
                    reader.Skip();
                    _left.Add(new LeftPrice(line, model, model == Sample ? "it is the list's own sample" : "it is no object"));
                }
            }

            // Whatever stands behind the object is an error of the reader's.
            while (reader.Read())
            {
            }
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            var line = error is JsonException { LineNumber: { } at } ? at + 1 : _line;
            throw new PriceBookException(name, [.. _errors, new PriceBookError(line, $"this is not JSON: {error.Message}")]);
        }

        return PriceBookChecks.Make(name, [.. _models.Values.SelectMany(static model => model.Prices)], [], static (_, _) => null, _errors);
    }

    private void ReadModel(ref Utf8JsonReader reader, string model, long line)
    {
        var provider = "";
        var costs = new List<(LiteLlmKey Key, string Name, string Number, long Line)>();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var (key, at) = (reader.GetString()!, LineOf(reader));
            reader.Read();
            switch (key)
            {
                case "litellm_provider" when reader.TokenType == JsonTokenType.String:
                    provider = reader.GetString()!;
                    break;
                case "tiered_pricing" when reader.TokenType == JsonTokenType.StartArray:
                    ReadRanges(ref reader, model, costs);
                    break;
                case "search_context_cost_per_query" when reader.TokenType == JsonTokenType.StartObject:
                    ReadSearches(ref reader, model, costs);
                    break;
                case var _ when !LiteLlmKey.IsPrice(key):
                    reader.Skip();
                    break;
                case var _ when reader.TokenType == JsonTokenType.Number:
                    AddCost(LiteLlmKey.TryParse(key, out var found) ? found : null, model, key, Raw(reader), at, costs);
                    break;
                default:
                    reader.Skip();
                    _left.Add(new LeftPrice(at, $"{model} {key}", $"'{key}' is not one price"));
                    break;
            }
        }

        Add(model, provider, line, costs);
    }

    /// <summary>A search of the web costs by how much it reads.</summary>
    private void ReadSearches(ref Utf8JsonReader reader, string model, List<(LiteLlmKey Key, string Name, string Number, long Line)> costs)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var (size, at) = (reader.GetString()!, LineOf(reader));
            reader.Read();
            if (reader.TokenType == JsonTokenType.Number)
            {
                AddCost(LiteLlmKey.Search(size), model, size, Raw(reader), at, costs);
            }
            else
            {
                reader.Skip();
                _left.Add(new LeftPrice(at, $"{model} {size}", $"'{size}' is not one price"));
            }
        }
    }

    private void ReadRanges(ref Utf8JsonReader reader, string model, List<(LiteLlmKey Key, string Name, string Number, long Line)> costs)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
        {
            var numbers = new List<(string Name, string Number, long Line)>();
            var start = LineOf(reader);
            long? fromTokens = null;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var (key, at) = (reader.GetString()!, LineOf(reader));
                reader.Read();
                if (key == "range" && reader.TokenType == JsonTokenType.StartArray && reader.Read() && reader.TokenType == JsonTokenType.Number)
                {
                    fromTokens = Money.ExactDecimal.TryParseJson(Raw(reader), 0, out var value) && value is { Scale: 0, Mantissa: >= 0 } ? value.Mantissa : null;
                    while (reader.TokenType != JsonTokenType.EndArray)
                    {
                        reader.Read();
                    }
                }
                else if (reader.TokenType == JsonTokenType.Number)
                {
                    numbers.Add((key, Raw(reader), at));
                }
                else
                {
                    reader.Skip();
                }
            }

            if (fromTokens is not { } tokens)
            {
                _left.Add(new LeftPrice(start, $"{model} tiered_pricing", "the tier is no range of tokens"));
                continue;
            }

            foreach (var (key, number, at) in numbers)
            {
                AddCost(LiteLlmKey.TryParse(key, tokens, out var found) ? found : null, model, key, number, at, costs);
            }
        }
    }

    private void AddCost(
        LiteLlmKey? key, string model, string name, string number, long line, List<(LiteLlmKey Key, string Name, string Number, long Line)> costs)
    {
        if (key is not { } known)
        {
            _left.Add(new LeftPrice(line, $"{model} {name}", $"no meter counts '{name}'"));
        }
        else if (known.Price(number) is not { } price)
        {
            _left.Add(new LeftPrice(line, $"{model} {name}", "the number has more digits than are kept"));
        }
        else if (price.StartsWith('-'))
        {
            _errors.Add(new PriceBookError(line, $"'{model}' has a negative {name}, {number}. A price is 0 or more."));
        }
        else if (costs.FindIndex(cost => (cost.Key.Meter, cost.Key.Tier) == (known.Meter, known.Tier)) is >= 0 and var same)
        {
            if (costs[same].Number != price)
            {
                _left.Add(new LeftPrice(line, $"{model} {name}", "another key of the model prices the same, differently, and comes first"));
            }
        }
        else
        {
            costs.Add((known, name, price, line));
        }
    }

    private void Add(string model, string provider, long line, List<(LiteLlmKey Key, string Name, string Number, long Line)> costs)
    {
        if (provider.Length == 0 || provider.Length + model.Length > 250 || model.Any(char.IsControl) || provider.Any(char.IsControl) || model.Contains('#'))
        {
            _left.Add(new LeftPrice(line, model, provider.Length == 0 ? "it names no provider" : "its name can't be kept"));
            return;
        }

        if (costs.Count == 0)
        {
            _left.Add(new LeftPrice(line, model, "it has no price that a meter here counts"));
            return;
        }

        if (costs.TrueForAll(static cost => cost.Number == "0"))
        {
            // A list writes 0 for what it does not know as well; whoever knows that it is free sets it.
            _left.Add(new LeftPrice(line, model, "all its prices are 0, which may mean free or unknown: set it by hand if it is free"));
            return;
        }

        // Bedrock's two APIs are one provider, at one price.
        provider = provider == "bedrock_converse" ? "bedrock" : provider;
        var bare = model.StartsWith(provider + "/", StringComparison.Ordinal) ? model[(provider.Length + 1)..] : model;
        var resource = $"llm/{provider}/{bare}";
        List<PriceDraft> prices = [.. costs.Select(cost => new PriceDraft(
            cost.Line, "", PriceTier.Resource(resource, cost.Key.Tier), cost.Key.Meter, cost.Key.Unit, Money.Currency.Usd, cost.Number)
        {
            From = from,
            Source = source,
        }).Select(static draft => draft with { Id = PriceIds.Of(draft.Resource, draft.Meter, draft.From) })];
        if (_models.TryGetValue(resource, out var known))
        {
            var isSame = known.Prices.Select(static each => (each.Id, each.Price)).Order().SequenceEqual(prices.Select(static each => (each.Id, each.Price)).Order());
            _left.Add(new LeftPrice(line, model, isSame ? "it is listed under another name too, at the same prices" : $"another entry for the provider's model comes first, at other prices ('{known.Model}')"));
            return;
        }

        _models[resource] = (model, prices);
    }

    private static string Raw(in Utf8JsonReader reader) => Encoding.UTF8.GetString(reader.ValueSpan);

    /// <summary>The line of the current token; asked for in the order of the file.</summary>
    private long LineOf(in Utf8JsonReader reader)
    {
        var start = (int)reader.TokenStartIndex;
        _line += json.AsSpan(_counted, start - _counted).Count((byte)'\n');
        _counted = start;
        return _line;
    }
}
