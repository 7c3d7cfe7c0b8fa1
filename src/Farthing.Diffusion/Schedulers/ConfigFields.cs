using System.Collections.Immutable;
using System.Text.Json;

namespace Farthing.Diffusion.Schedulers;

/// <summary>
/// The values of one JSON object by name. A value that is missing or null is null; one that is odd is null
/// too and adds to <see cref="Problems"/>.
/// </summary>
internal sealed class ConfigFields(JsonElement root)
{
    private readonly List<string> _problems = [];

    public IReadOnlyCollection<string> Problems => _problems;

    public bool TryGet(string name, out JsonElement value) =>
        root.TryGetProperty(name, out value) && value.ValueKind != JsonValueKind.Null;

    public string? Text(string name)
    {
        if (!TryGet(name, out var value))
        {
            return null;
        }

        return value.ValueKind == JsonValueKind.String ? value.GetString() : Odd<string>(name, value, "a text");
    }

    public bool? Flag(string name)
    {
        if (!TryGet(name, out var value))
        {
            return null;
        }

        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            return value.GetBoolean();
        }

        Odd<string>(name, value, "true or false");
        return null;
    }

    public int? Whole(string name, int from, int to)
    {
        if (!TryGet(name, out var value))
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int whole) && whole >= from && whole <= to)
        {
            return whole;
        }

        Odd<string>(name, value, $"a whole number from {from} to {to}");
        return null;
    }

    public double? Number(string name, double above, double to)
    {
        if (!TryGet(name, out var value))
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Number && value.GetDouble() is var number && number > above && number <= to)
        {
            return number;
        }

        Odd<string>(name, value, to >= float.MaxValue ? $"a number above {above}" : $"a number above {above}, at most {to}");
        return null;
    }

    public T? Choice<T>(string name, params ReadOnlySpan<(string Name, T Value)> choices)
        where T : struct
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        var known = new List<string>(choices.Length);
        foreach (var choice in choices)
        {
            if (choice.Name == text)
            {
                return choice.Value;
            }

            known.Add(choice.Name);
        }

        _problems.Add($"{name} is \"{text}\" but must be one of {string.Join(", ", known)}");
        return null;
    }

    public ImmutableArray<float>? Fractions(string name)
    {
        if (!TryGet(name, out var value))
        {
            return null;
        }

        var values = value.ValueKind != JsonValueKind.Array
            ? []
            : value.EnumerateArray()
                .Select(b => b.ValueKind == JsonValueKind.Number ? (float)b.GetDouble() : float.NaN)
                .ToImmutableArray();
        if (values.Length > 1 && values.All(b => b is > 0 and < 1))
        {
            return values;
        }

        _problems.Add($"{name} must be a list of two or more numbers between 0 and 1");
        return null;
    }

    private T? Odd<T>(string name, JsonElement value, string wanted)
        where T : class
    {
        _problems.Add($"{name} is {value.GetRawText()} but must be {wanted}");
        return null;
    }
}
