using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Farthing.Ledger.Posting;
using Farthing.Ledger.Prices;
using Farthing.Ledger.Prices.Rerating;
using Farthing.Ledger.Storage;

namespace Farthing.Commands;

/// <summary><c>farthing prices rerate</c></summary>
internal static class PricesRerateCommand
{
    private const int MostTooLarge = 5;

    private static readonly Option<string?> From = new("--from") { HelpName = "DAY", Description = "First day (UTC) whose charges are priced again." };
    private static readonly Option<string?> To = new("--to") { HelpName = "DAY", Description = "Last day." };
    private static readonly Option<bool> Apply = new("--apply") { Description = "Post it. Without it, only the difference is shown." };
    private static readonly Option<string?> Undo = new("--undo") { HelpName = "NUMBER", Description = "Take a re-rating back, instead of --from and --to." };
    private static readonly Option<string?> Reason = new("--reason") { HelpName = "TEXT", Description = "Why; it is kept with it." };

    /// <summary>Declares the command.</summary>
    public static Command Create(Host host)
    {
        var command = new Command("rerate", "Prices again what was posted, by reversals and replacements. Shows the difference by stage first.")
        {
            From, To, Undo, Apply, Reason, RenderOptions.Prices, SharedOptions.Data,
        };
        command.Validators.Add(line => Read(line).Errors.ToList().ForEach(line.AddError));
        command.SetAction(line => Run(host, line.CommandResult));
        return command;
    }

    private static (DateOnly? From, DateOnly? To, long? Undo, IReadOnlyList<string> Errors) Read(SymbolResult line)
    {
        var options = new OptionReader(line);
        var (from, to, undo) = (options.Day(From), options.Day(To), options.Whole(Undo, 1, long.MaxValue));
        if (options.Has(Undo) ? options.Has(From) || options.Has(To) : !options.Has(From) || !options.Has(To))
        {
            options.Refuse("Write --from and --to, or --undo with a number.");
        }

        if (from > to)
        {
            options.Refuse("--from is after --to. Swap them.");
        }

        return (from, to, undo, options.Errors);
    }

    private static int Run(Host host, SymbolResult line)
    {
        using LedgerStore file = host.Places.Folder(line.GetValue(SharedOptions.Data)).OpenExistingLedger();
        var (from, to, undo, _) = Read(line);
        PriceBook? chosen = ChosenPrices.Load(line.GetValue(RenderOptions.Prices) is { Length: > 0 } path ? host.Places.Full(path) : null);
        var rerater = new Rerater(file, new PriceStore(file, host.Time).Layered(chosen), host.Time);
        bool apply = line.GetValue(Apply);
        string reason = line.GetValue(Reason) ?? "";
        RerateSummary done = undo is { } number
            ? rerater.Undo(number, reason, apply)
            : rerater.Run(PricesOptions.Midnight(from!.Value), PricesOptions.Midnight(to!.Value.AddDays(1)), reason, apply);
        foreach (RerateStage stage in done.Stages)
        {
            host.Screen.Write(string.Create(
                CultureInfo.InvariantCulture,
                $"{stage.Stage.Display()}: {stage.Charges:N0} charges ({stage.Priced:N0} had no price), {stage.Before} → {stage.After}, difference {stage.Difference.ToExactString()} USD"));
        }

        host.Screen.Write(string.Create(
            CultureInfo.InvariantCulture,
            $"difference {done.Difference.ToExactString()} USD; {done.Unchanged:N0} charges stay, {done.WithoutPrice:N0} keep a price that is no longer listed, {done.StillUnpriced:N0} have no price still."));
        foreach (string tooLarge in done.TooLarge.Take(MostTooLarge))
        {
            host.Screen.Write($"ALARM stays as it was: {tooLarge}");
        }

        if (done.TooLarge.Count > MostTooLarge)
        {
            host.Screen.Write(string.Create(CultureInfo.InvariantCulture, $"ALARM stay as they were: {done.TooLarge.Count - MostTooLarge:N0} further charges that are more than an amount holds."));
        }

        host.Screen.Write(done.Stages.Count == 0 ? "Nothing to post."
            : done.Number is { } posted ? string.Create(CultureInfo.InvariantCulture, $"Posted as re-rating {posted}. `prices rerate --undo {posted} --apply` takes it back.")
            : "Nothing was posted: this is what --apply would do.");
        return ExitCodes.Done;
    }
}
