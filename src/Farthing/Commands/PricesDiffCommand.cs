using System.CommandLine;
using System.CommandLine.Parsing;
using Farthing.Ledger.Prices;
using Farthing.Ledger.Storage;
using Farthing.Terminal;

namespace Farthing.Commands;

/// <summary><c>farthing prices diff</c></summary>
internal static class PricesDiffCommand
{
    private static readonly Argument<string?> PriceList = new("file")
    {
        HelpName = "FILE",
        Description = "What it would change in the store. Left out: what the last recording changed.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Option<string?> Before = new("--before") { HelpName = "NUMBER", Description = "The store as it was after this recording. Default: the last but one, or 0 for empty." };
    private static readonly Option<string?> After = new("--after") { HelpName = "NUMBER", Description = "The store as it was after this recording. Default: the last one." };

    /// <summary>Declares the command.</summary>
    public static Command Create(Host host)
    {
        var command = new Command("diff", "What changes between two recordings (`prices list --recordings`), or between the store and a file.")
        {
            PriceList, Before, After, PricesOptions.From, SharedOptions.Json, SharedOptions.Data,
        };
        command.Validators.Add(line => Read(host, line).Errors.ToList().ForEach(line.AddError));
        command.SetAction(line => Run(host, line.CommandResult));
        return command;
    }

    private static (long? Before, long? After, DateOnly From, IReadOnlyList<string> Errors) Read(Host host, SymbolResult line)
    {
        var options = new OptionReader(line);
        var read = (options.Whole(Before, 0, long.MaxValue), options.Whole(After, 0, long.MaxValue), options.Day(PricesOptions.From) ?? PricesOptions.Today(host), options.Errors);
        if (line.GetValue(PriceList) is not null && (line.GetValue(Before) ?? line.GetValue(After)) is not null)
        {
            options.Refuse("A file is compared with the store as it is: leave --before and --after out.");
        }

        return read;
    }

    private static int Run(Host host, SymbolResult line)
    {
        using LedgerStore file = host.Places.Folder(line.GetValue(SharedOptions.Data)).OpenLedger();
        var store = new PriceStore(file, host.Time);
        var (before, after, from, _) = Read(host, line);
        IReadOnlyList<PriceDifference> found;
        if (line.GetValue(PriceList) is { } path)
        {
            PriceBook known = store.Book();
            PriceBook offered = PricesOptions.Load(host.Places.Full(path), from, null, known).Book;
            found = PriceDifference.Between(known, offered, isPart: true);
        }
        else
        {
            long last = store.Recordings() is [.., var latest] ? latest.Number : 0;
            RefuseMissing(before, last);
            RefuseMissing(after, last);
            found = PriceDifference.Between(store.Book(before ?? Math.Max((after ?? last) - 1, 0)), store.Book(after ?? last), isPart: false);
        }

        if (line.GetValue(SharedOptions.Json))
        {
            host.Screen.Write(PricesJson.Write(found));
        }
        else
        {
            PricesView.Print(host.Screen, found);
        }

        return ExitCodes.Done;
    }

    private static void RefuseMissing(long? number, long last)
    {
        if (number > last)
        {
            throw new LedgerException(
                LedgerFault.Unknown,
                $"There is no recording {number}: {(last == 0 ? "nothing is recorded yet" : $"the last one is {last}")}. List them with `farthing prices list --recordings`.");
        }
    }
}
