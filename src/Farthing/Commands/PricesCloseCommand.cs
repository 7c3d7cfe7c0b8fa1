using System.CommandLine;
using System.CommandLine.Parsing;
using Farthing.Ledger.Periods;
using Farthing.Ledger.Storage;

namespace Farthing.Commands;

/// <summary><c>farthing prices close</c></summary>
internal static class PricesCloseCommand
{
    private static readonly Option<string?> Through = new("--through") { HelpName = "DAY", Description = "The last day (UTC) to close.", Required = true };
    private static readonly Option<string?> Reason = new("--reason") { HelpName = "TEXT", Description = "Why, such as the invoice's number; it is kept." };

    /// <summary>Declares the command.</summary>
    public static Command Create(Host host)
    {
        var command = new Command("close", "Closes the books for all days up to one, for ever: nothing in them is posted or re-rated any more.")
        {
            Through, Reason, SharedOptions.Data,
        };
        command.Validators.Add(line => Read(line).Errors.ToList().ForEach(line.AddError));
        command.SetAction(line =>
        {
            using LedgerStore file = host.Places.Folder(line.GetValue(SharedOptions.Data)).OpenExistingLedger();
            var day = Read(line.CommandResult).Day!.Value;
            var closing = new PeriodClosing(file, host.Time);
            closing.CloseThrough(day, line.GetValue(Reason) ?? "");

            // An earlier closing may have gone further.
            host.Screen.Write($"Closed through {closing.OpenFrom()!.Value.AddDays(-1):yyyy-MM-dd}.");
            return ExitCodes.Done;
        });
        return command;
    }

    private static (DateOnly? Day, IReadOnlyList<string> Errors) Read(SymbolResult line)
    {
        var options = new OptionReader(line);
        return (options.Day(Through), options.Errors);
    }
}
