using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Farthing.Ledger.Prices;
using Farthing.Ledger.Storage;

namespace Farthing.Commands;

/// <summary><c>farthing prices set</c></summary>
internal static class PricesSetCommand
{
    private static readonly Argument<string> Resource = new("resource") { HelpName = "RESOURCE", Description = "What is paid for, such as gpu/h100-sxm or llm/openai/gpt-4o-mini." };
    private static readonly Argument<string> Meter = new("meter") { HelpName = "METER", Description = "What is counted, such as device-time or input-tokens." };
    private static readonly Argument<string> Price = new("price") { HelpName = "PRICE", Description = "The price per unit as a plain decimal, such as 2.69." };
    private static readonly Option<string?> Unit = new("--unit") { HelpName = "UNIT", Description = "What it is per, such as gpu-hour or million-tokens.", Required = true };
    private static readonly Option<string?> To = new("--to") { HelpName = "DAY", Description = "First day on which it no longer holds. Default: no end." };
    private static readonly Option<string?> Currency = new("--currency") { HelpName = "USD|EUR", Description = "The price's currency. Default: USD." };
    private static readonly Option<string?> Increment = new("--increment") { HelpName = "SECONDS", Description = "Leases are paid for in whole steps of so many seconds." };
    private static readonly Option<string?> Minimum = new("--minimum") { HelpName = "SECONDS", Description = "A shorter lease is paid for as one of this length." };
    private static readonly Option<string?> Id = new("--id") { HelpName = "ID", Description = "The permanent id. Default: resource, meter and day." };

    /// <summary>Declares the command.</summary>
    public static Command Create(Host host)
    {
        var command = new Command("set", "Records one price from a day on. The price before it ends there.")
        {
            Resource, Meter, Price, Unit, PricesOptions.From, To, Currency, Increment, Minimum, Id, PricesOptions.Source, PricesOptions.Correct, SharedOptions.Data,
        };
        command.SetAction(line => Run(host, line.CommandResult));
        return command;
    }

    private static int Run(Host host, SymbolResult line)
    {
        using LedgerStore file = host.Places.Folder(line.GetValue(SharedOptions.Data)).OpenLedger();
        var store = new PriceStore(file, host.Time);
        string? id = line.GetValue(Id);
        var (resource, meter) = (line.GetValue(Resource)!, line.GetValue(Meter)!);
        string from = line.GetValue(PricesOptions.From) ?? PricesOptions.Today(host).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var cells = new Dictionary<string, string?>
        {
            ["id"] = id ?? $"{resource}/{meter}/{from}",
            ["resource"] = resource,
            ["meter"] = meter,
            ["unit"] = line.GetValue(Unit),
            ["price"] = line.GetValue(Price),
            ["currency"] = line.GetValue(Currency),
            ["from"] = from,
            ["to"] = line.GetValue(To),
            ["increment_s"] = line.GetValue(Increment),
            ["minimum_s"] = line.GetValue(Minimum),
            ["source"] = line.GetValue(PricesOptions.Source),
        };
        PriceBook known = store.Book();
        PriceBook book = PriceBook.Of(cells, (currency, day) => known.FindRate(currency, day));
        PriceRecordingSummary done = store.Record(book, new PriceRecordingOptions
        {
            Source = line.GetValue(PricesOptions.Source) ?? "by hand",
            IsSet = true,
            Corrects = line.GetValue(PricesOptions.Correct),
            HasMadeIds = id is null,
        });
        host.Screen.Write(done.Added == 0 ? "That price holds already." : $"{resource} {meter}: {book.Prices[0].Usd} USD per {book.Prices[0].Unit} from {from}.");
        return ExitCodes.Done;
    }
}
