using System.CommandLine;
using System.CommandLine.Parsing;
using Farthing.Ledger.Prices;
using Farthing.Ledger.Storage;
using Farthing.Terminal;

namespace Farthing.Commands;

/// <summary><c>farthing prices list</c></summary>
internal static class PricesListCommand
{
    private static readonly Option<string?> Resource = new("--resource") { HelpName = "PREFIX", Description = "Only resources that begin so." };
    private static readonly Option<string?> At = new("--at") { HelpName = "DAY", Description = "Only what holds at the start of a day. Default: all periods." };
    private static readonly Option<string?> Known = new("--known") { HelpName = "DAY", Description = "As the ledger knew it at the end of a day. Default: as it knows it now." };
    private static readonly Option<bool> Recordings = new("--recordings") { Description = "List what was recorded when, instead." };
    private static readonly Option<bool> Unpriced = new("--unpriced") { Description = "List usage that has no price, instead. Exit status 1 when there is any." };

    /// <summary>Declares the command.</summary>
    public static Command Create(Host host)
    {
        var command = new Command("list", "Lists the prices that are posted at, with their ids, periods and sources.")
        {
            Resource, At, Known, Recordings, Unpriced, SharedOptions.Json, SharedOptions.Data,
        };
        command.Validators.Add(line => Read(line).Errors.ToList().ForEach(line.AddError));
        command.SetAction(line => Run(host, line.CommandResult));
        return command;
    }

    private static (string Prefix, DateOnly? At, DateOnly? Known, IReadOnlyList<string> Errors) Read(SymbolResult line)
    {
        var options = new OptionReader(line);
        return (options.Filled(Resource) ?? "", options.Day(At), options.Day(Known), options.Errors);
    }

    private static int Run(Host host, SymbolResult line)
    {
        using LedgerStore file = host.Places.Folder(line.GetValue(SharedOptions.Data)).OpenLedger();
        var store = new PriceStore(file, host.Time);
        var (prefix, at, known, _) = Read(line);
        bool json = line.GetValue(SharedOptions.Json);
        if (line.GetValue(Unpriced))
        {
            IReadOnlyList<UnpricedSpan> unpriced = store.Unpriced();
            PricesView.Print(host.Screen, unpriced, json);
            return unpriced.Count == 0 ? ExitCodes.Done : ExitCodes.Partial;
        }

        if (line.GetValue(Recordings))
        {
            PricesView.Print(host.Screen, store.Recordings(), json);
            return ExitCodes.Done;
        }

        PriceBook book = known is { } day ? store.BookKnownAt(PricesOptions.Midnight(day.AddDays(1)).AddTicks(-1)) : store.Layered(null);
        PriceBook found = book.Only(prefix);
        PricesView.Print(host.Screen, at is { } instant ? found.At(PricesOptions.Midnight(instant)) : found, json);
        return ExitCodes.Done;
    }
}
