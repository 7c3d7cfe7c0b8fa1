using System.Globalization;

namespace Farthing.Bench.Gateway;

/// <summary>What the gateway's bench runs.</summary>
/// <param name="Rounds">How often each side is loaded, in turn.</param>
/// <param name="Seconds">How long each time.</param>
/// <param name="Requests">Requests of the run that watches memory; 0 leaves it out.</param>
/// <param name="Starts">How often a start is timed.</param>
/// <param name="Warm">How long each side is loaded before the rounds, in seconds: what compiles while it runs is compiled by then.</param>
internal sealed record GatewayBenchOptions(int Rounds, int Seconds, long Requests, int Starts, int Warm)
{
    /// <summary>The executable that serves; null for the one that was built with the bench.</summary>
    public string? Farthing { get; init; }

    /// <summary>The folder of Portkey's gateway as npm installs it; null leaves it out.</summary>
    public string? Portkey { get; init; }

    /// <summary>Reads the command line; null when it can't be read, which is said.</summary>
    public static GatewayBenchOptions? Parse(string[] arguments)
    {
        var options = new GatewayBenchOptions(5, 6, 0, 5, 30);
        for (int i = 0; i + 1 < arguments.Length; i += 2)
        {
            string value = arguments[i + 1];
            long number = long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out long read) ? read : -1;
            options = arguments[i] switch
            {
                "--rounds" when number > 0 => options with { Rounds = (int)number },
                "--seconds" when number > 0 => options with { Seconds = (int)number },
                "--requests" when number >= 0 => options with { Requests = number },
                "--starts" when number > 0 => options with { Starts = (int)number },
                "--warm" when number > 0 => options with { Warm = (int)number },
                "--farthing" => options with { Farthing = value },
                "--portkey" => options with { Portkey = value },
                _ => null!,
            };
            if (options is null)
            {
                break;
            }
        }

        if (options is null || arguments.Length % 2 != 0)
        {
            Console.WriteLine("gateway [--rounds N] [--seconds S] [--requests N] [--starts N] [--warm S] [--farthing FILE] [--portkey DIR]");
            return null;
        }

        return options;
    }
}
