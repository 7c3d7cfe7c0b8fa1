using System.Globalization;
using Farthing.Configuration;

namespace Farthing.Simulation.Scenarios;

/// <summary>Values that scenarios have and configurations don't: durations, distributions, ranges.</summary>
internal static class ScenarioValues
{
    private static readonly (string Unit, double Seconds)[] Units = [("ms", 0.001), ("s", 1), ("m", 60), ("h", 3_600)];

    /// <summary>A duration such as <c>250ms</c>; null where the text is none.</summary>
    public static TimeSpan? Parse(string text)
    {
        foreach ((string unit, double seconds) in Units)
        {
            if (text.EndsWith(unit, StringComparison.Ordinal)
                && double.TryParse(text[..^unit.Length], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number)
                && number * seconds <= 31 * 24 * 3_600)
            {
                return TimeSpan.FromSeconds(number * seconds);
            }
        }

        return null;
    }

    /// <summary>A duration under a key; null where it is left out.</summary>
    public static TimeSpan? Duration(this YamlSection section, string key)
    {
        if (section.Text(key) is not { } text)
        {
            return null;
        }

        if (Parse(text) is { } duration)
        {
            return duration;
        }

        section.Refuse(key, $"'{key}' is '{text}', which is no duration. Write a number with ms, s, m or h, such as 250ms or 40m; at most 31 days.");
        return null;
    }

    /// <summary>A number in a range under a key; null where it is left out.</summary>
    public static double? Number(this YamlSection section, string key, double min, double max)
    {
        if (section.Text(key) is not { } text)
        {
            return null;
        }

        if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number) && number >= min && number <= max)
        {
            return number;
        }

        section.Refuse(key, string.Create(CultureInfo.InvariantCulture, $"'{key}' is '{text}', and must be a number from {min} to {max}."));
        return null;
    }

    /// <summary>One number or two with a hyphen between, under a key; null where it is left out.</summary>
    public static (long First, long Last)? Range(this YamlSection section, string key, long min, long max)
    {
        if (section.Text(key) is not { } text)
        {
            return null;
        }

        string[] ends = text.Split('-');
        if (ends.Length <= 2
            && long.TryParse(ends[0].Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out long first)
            && long.TryParse(ends[^1].Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out long last)
            && first >= min && last >= first && last <= max)
        {
            return (first, last);
        }

        section.Refuse(key, string.Create(CultureInfo.InvariantCulture, $"'{key}' is '{text}', and must be a whole number of at least {min}, or two such as 10-20."));
        return null;
    }

    /// <summary>One of a few words under a key; null where it is left out.</summary>
    public static string? OneOf(this YamlSection section, string key, params string[] words)
    {
        if (section.Text(key) is not { } text || words.Contains(text))
        {
            return section.Text(key);
        }

        section.Refuse(key, $"'{key}' is '{text}', and must be {string.Join(" or ", words)}.");
        return null;
    }

    /// <summary>A duration, or a distribution written as keys and values; null where it is left out.</summary>
    public static LatencyLaw? Latency(this YamlSection section, string key, List<ConfigurationError> errors)
    {
        int before = errors.Count;
        if (!section.Has(key))
        {
            return null;
        }

        if (section.IsText(key))
        {
            return section.Duration(key) is { } same ? LatencyLaw.Fixed(same) : null;
        }

        if (section.Section(key) is not { } law)
        {
            return null;
        }

        LatencyKind kind = law.OneOf("distribution", "fixed", "uniform", "normal", "lognormal", "exponential") is { } word
            ? Enum.Parse<LatencyKind>(word, ignoreCase: true)
            : LatencyKind.Fixed;
        if (!law.Has("distribution"))
        {
            law.Refuse("distribution", "'distribution' is missing: fixed, uniform, normal, lognormal or exponential.");
        }

        (string first, string? second) = kind switch
        {
            LatencyKind.Uniform => ("min", "max"),
            LatencyKind.Normal => ("mean", "deviation"),
            LatencyKind.Lognormal => ("median", null),
            LatencyKind.Exponential => ("mean", (string?)null),
            _ => ("value", null),
        };
        foreach (string needed in (IEnumerable<string>)(second is null ? [first] : [first, second]))
        {
            if (errors.Count == before && !law.Has(needed))
            {
                law.Refuse(needed, $"'{needed}' is missing in {key}.");
            }
        }

        TimeSpan low = law.Duration(first) ?? default;
        TimeSpan high = second is null ? default : law.Duration(second) ?? default;
        double sigma = kind == LatencyKind.Lognormal ? law.Number("sigma", 0, 5) ?? 0.5 : 0;
        TimeSpan max = law.Duration("max") ?? TimeSpan.FromDays(1);
        law.RefuseOthers();
        if (kind == LatencyKind.Uniform && high < low)
        {
            law.Refuse("max", "'max' must not be less than 'min'.");
        }

        return new LatencyLaw(kind, low, high, sigma, max);
    }
}
