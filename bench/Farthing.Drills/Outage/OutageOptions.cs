using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Farthing.Drills.Outage;

/// <summary>What the drill does.</summary>
/// <param name="Calls">Calls of the whole run, 30 or more.</param>
/// <param name="Seconds">How long they come, at a steady rate; the middle third is the outage. 1 or more.</param>
/// <param name="Seed">What the simulated providers' chance comes from.</param>
/// <param name="Kill">Whether the gateway is killed in the middle and started again.</param>
/// <param name="Keep">Whether the folder with the ledger stays.</param>
internal sealed record OutageOptions(int Calls, double Seconds, int Seed, bool Kill, bool Keep)
{
    public const string Usage = "outage [--calls N] [--seconds S] [--seed N] [--kill] [--keep]   a provider's outage under load: nothing is lost, and the books are the simulator's";

    /// <summary>20,000 calls; forty minutes of outage in 80 seconds.</summary>
    public static OutageOptions Default { get; } = new(20_000, 240, 1, false, false);

    /// <summary>Reads a command line; says what is wrong with it.</summary>
    public static bool TryParse(IReadOnlyList<string> arguments, TextWriter errors, [NotNullWhen(true)] out OutageOptions? options)
    {
        options = Default;
        for (int i = 0; i < arguments.Count; i++)
        {
            string? value = i + 1 < arguments.Count ? arguments[i + 1] : null;
            bool isWhole = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int whole);
            bool isNumber = double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number);
            options = arguments[i] switch
            {
                "--kill" => options with { Kill = true },
                "--keep" => options with { Keep = true },
                "--calls" when isWhole && whole is >= 30 and <= 10_000_000 => options with { Calls = whole },
                "--seed" when isWhole => options with { Seed = whole },
                "--seconds" when isNumber && number is >= 1 and <= 86_400 => options with { Seconds = number },
                _ => null,
            };
            if (options is null)
            {
                errors.WriteLine($"'{arguments[i]} {value}' is not understood.\n{Usage}");
                return false;
            }

            i += arguments[i] is "--kill" or "--keep" ? 0 : 1;
        }

        return true;
    }
}
