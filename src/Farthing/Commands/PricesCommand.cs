using System.CommandLine;

namespace Farthing.Commands;

/// <summary><c>farthing prices</c></summary>
internal static class PricesCommand
{
    /// <summary>Declares the command.</summary>
    public static Command Create(Host host) => new("prices", "The prices that the ledger knows, when they hold and since when it knows them.")
    {
        PricesListCommand.Create(host),
        PricesImportCommand.Create(host),
        PricesSetCommand.Create(host),
        PricesDiffCommand.Create(host),
        PricesRerateCommand.Create(host),
        PricesCloseCommand.Create(host),
    };
}
