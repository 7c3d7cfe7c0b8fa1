using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Farthing.Ledger.Prices;
using Farthing.Ledger.Storage;
using Farthing.Terminal;

namespace Farthing.Commands;

/// <summary><c>farthing prices import</c></summary>
internal static class PricesImportCommand
{
    private const int MostLeft = 3;

    private static readonly Argument<string> PriceList = new("file")
    {
        HelpName = "FILE.csv|FILE.yaml|FILE.json",
        Description = "A price book as CSV or YAML, exchange rates as CSV, or LiteLLM's price list as JSON.",
    };

    private static readonly Option<string?> Only = new("--only") { HelpName = "PREFIX", Description = "Only resources that begin so, such as llm/openai/." };
    private static readonly Option<bool> DryRun = new("--dry-run") { Description = "Say what it would do, and keep nothing." };
    private static readonly Option<bool> Left = new("--left") { Description = "Name everything that is not taken, with its line." };

    /// <summary>Declares the command.</summary>
    public static Command Create(Host host)
    {
        var command = new Command("import", "Records prices or exchange rates from a file, all or none. The same file again changes nothing.")
        {
            PriceList, PricesOptions.From, PricesOptions.Source, Only, PricesOptions.Correct, DryRun, Left, SharedOptions.Data,
        };
        command.Validators.Add(line => Read(host, line).Errors.ToList().ForEach(line.AddError));
        command.SetAction(line => Run(host, line.CommandResult));
        return command;
    }

    private static (DateOnly From, string? Source, string? Only, IReadOnlyList<string> Errors) Read(Host host, SymbolResult line)
    {
        var options = new OptionReader(line);
        return (options.Day(PricesOptions.From) ?? PricesOptions.Today(host), options.Filled(PricesOptions.Source), options.Filled(Only), options.Errors);
    }

    private static int Run(Host host, SymbolResult line)
    {
        using LedgerStore file = host.Places.Folder(line.GetValue(SharedOptions.Data)).OpenLedger();
        var store = new PriceStore(file, host.Time);
        var (from, source, only, _) = Read(host, line);
        string path = host.Places.Full(line.GetValue(PriceList)!);
        PriceFile read = PricesOptions.Load(path, from, source, store.Book());
        PriceBook book = only is null ? read.Book : read.Book.Only(only);
        PriceRecordingSummary done = store.Record(book, new PriceRecordingOptions
        {
            Source = source ?? Path.GetFileName(path),
            Corrects = line.GetValue(PricesOptions.Correct),
            HasMadeIds = read.Format == PriceFileFormat.LiteLlm,
            IsTrial = line.GetValue(DryRun),
        });
        host.Screen.Write(string.Create(
            CultureInfo.InvariantCulture,
            $"{(line.GetValue(DryRun) ? "Would record" : "Recorded")} {Counted.Of(done.Added, "price")} and {Counted.Of(done.Rates, "rate")}; already so: {done.Unchanged:N0}, ended where a new one begins: {done.Ended:N0}, periods corrected: {done.Corrected:N0}."));
        PrintLeft(host, read, line.GetValue(Left));
        return ExitCodes.Done;
    }

    private static void PrintLeft(Host host, PriceFile read, bool all)
    {
        if (read.Format != PriceFileFormat.LiteLlm)
        {
            return;
        }

        host.Screen.Write(string.Create(CultureInfo.InvariantCulture, $"Taken: {read.Book.Prices.Count:N0} prices of {read.Models:N0} models. Not taken: {read.Left.Count:N0} entries."));
        foreach (IGrouping<string, LeftPrice> reason in read.Left.GroupBy(static left => left.Reason).OrderByDescending(static group => group.Count()))
        {
            string some = string.Join(", ", reason.Take(all ? int.MaxValue : MostLeft).Select(static left => string.Create(CultureInfo.InvariantCulture, $"{left.Entry} (line {left.Line})")));
            string more = all || reason.Count() <= MostLeft ? "" : ", …";
            host.Screen.Write(string.Create(CultureInfo.InvariantCulture, $"  {reason.Count():N0} × {reason.Key}: {some}{more}"));
        }
    }
}
