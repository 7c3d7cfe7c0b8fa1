using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Farthing.Commands;

/// <summary>Reads options by their rules and gathers a sentence for each that breaks one.</summary>
internal sealed class OptionReader(SymbolResult line)
{
    private readonly List<string> _errors = [];

    /// <summary>What to mend, in the order it was read.</summary>
    public IReadOnlyList<string> Errors => _errors;

    /// <summary>Adds a sentence.</summary>
    public void Refuse(string sentence) => _errors.Add(sentence);

    /// <summary>Whether the option is written.</summary>
    public bool Has(Option<string?> option) => line.GetResult(option) is { Implicit: false };

    /// <summary>The text as it is; null when the option is left out.</summary>
    public string? Text(Option<string?> option)
    {
        // Asking for the value of an option that is written twice, or without one, would throw.
        if (line.GetResult(option) is not { Implicit: false, Tokens.Count: not 1 and var count })
        {
            return line.GetValue(option);
        }

        Refuse(count == 0 ? $"{option.Name} has no value. Write one, or leave it out." : $"{option.Name} is written {count} times. Write it once.");
        return null;
    }

    /// <summary>A text that says something.</summary>
    public string? Filled(Option<string?> option)
    {
        string? text = Text(option);
        if (text is not null && string.IsNullOrWhiteSpace(text))
        {
            Refuse($"{option.Name} is empty. Write a value, or leave it out.");
            return null;
        }

        return text;
    }

    /// <summary>A whole number in a range.</summary>
    public long? Whole(Option<string?> option, long min, long max)
    {
        if (Text(option) is not { } text)
        {
            return null;
        }

        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value) && value >= min && value <= max)
        {
            return value;
        }

        Refuse($"{option.Name} '{text}' is no whole number from {min} to {max}. Write one, or leave it out for the default.");
        return null;
    }

    /// <summary>A whole number in a range that a step divides.</summary>
    public int? Multiple(Option<string?> option, int min, int max, int step)
    {
        int? value = (int?)Whole(option, min, max);
        if (value is { } found && found % step != 0)
        {
            int near = found / step * step;
            Refuse($"{option.Name} {found} is no multiple of {step}. Write {near} or {near + step}.");
            return null;
        }

        return value;
    }

    /// <summary>A number in a range.</summary>
    public double? Number(Option<string?> option, double min, double max, bool withMin = true)
    {
        if (Text(option) is not { } text)
        {
            return null;
        }

        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
            && value <= max
            && (withMin ? value >= min : value > min))
        {
            return value;
        }

        string range = string.Create(CultureInfo.InvariantCulture, $"{(withMin ? "from" : "above")} {min} {(withMin ? "to" : "and up to")} {max}");
        Refuse($"{option.Name} '{text}' is no number {range}. Write one with a point, such as {(max > 1 ? "4.5" : "0.6")}, or leave it out for the default.");
        return null;
    }

    /// <summary>One of a few words, without regard to case; the fallback when the option is left out.</summary>
    public T Choice<T>(Option<string?> option, T fallback, params (string Word, T Value)[] choices)
    {
        if (Text(option) is not { } text)
        {
            return fallback;
        }

        foreach ((string word, T value) in choices)
        {
            if (string.Equals(word, text, StringComparison.OrdinalIgnoreCase))
            {
                return value;
            }
        }

        Refuse($"{option.Name} '{text}' is unknown. Write one of: {string.Join(", ", choices.Select(static choice => choice.Word))}.");
        return fallback;
    }

    /// <summary>A day such as 2026-11-20.</summary>
    public DateOnly? Day(Option<string?> option)
    {
        if (Text(option) is not { } text)
        {
            return null;
        }

        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly day) && day.Year >= 1970)
        {
            return day;
        }

        Refuse($"{option.Name} '{text}' is no day. Write it as year-month-day, such as 2026-11-20.");
        return null;
    }
}
