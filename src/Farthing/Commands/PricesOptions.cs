using System.CommandLine;
using Farthing.Ledger.Prices;

namespace Farthing.Commands;

/// <summary>What several commands of <c>farthing prices</c> take.</summary>
internal static class PricesOptions
{
    public static readonly Option<string?> From = new("--from")
    {
        HelpName = "DAY",
        Description = "First day (UTC) on which the prices hold, for a list without dates. Default: today.",
    };

    public static readonly Option<string?> Source = new("--source") { HelpName = "TEXT", Description = "Where the prices come from. Default: the file's name." };

    public static readonly Option<bool> Correct = new("--correct")
    {
        Description = "Take the place of prices that are recorded for the same time; `prices rerate` then mends what was posted.",
    };

    /// <summary>Reads a file of prices, with the store's exchange rates.</summary>
    /// <exception cref="UsageException">It can't be read.</exception>
    public static PriceFile Load(string path, DateOnly from, string? source, PriceBook known)
    {
        try
        {
            return PriceFile.Load(path, Midnight(from), source, (currency, day) => known.FindRate(currency, day));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"'{path}' can't be read: {e.Message}");
        }
    }

    public static DateTimeOffset Midnight(DateOnly day) => new(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);

    public static DateOnly Today(Host host) => DateOnly.FromDateTime(host.Time.GetUtcNow().UtcDateTime);
}
