using System.CommandLine;
using System.CommandLine.Parsing;
using Farthing.Alarms;
using Farthing.Ledger.Alarms;
using Farthing.Ledger.Storage;
using Farthing.Terminal;

namespace Farthing.Commands;

/// <summary><c>farthing alarms list</c></summary>
internal static class AlarmsListCommand
{
    /// <summary>Declares the command.</summary>
    public static Command Create(Host host)
    {
        var command = new Command("list", "Lists what fires, what is not delivered yet, and what nobody took. Nothing is evaluated or sent.")
        {
            SharedOptions.Json, SharedOptions.Data,
        };
        command.SetAction(line => Run(host, line.CommandResult));
        return command;
    }

    private static int Run(Host host, SymbolResult line)
    {
        using LedgerStore ledger = host.Places.Folder(line.GetValue(SharedOptions.Data)).OpenExistingLedger();
        IReadOnlyList<AlarmChange> firing = new AlarmBook(ledger, host.Time).Firing();
        var board = new AlarmBoard(host.Time.GetUtcNow(), [.. firing.Select(static alarm => AlarmLine.Of(alarm, hasRule: true))], new Outbox(ledger, "alarms-list", host.Time).Undelivered());
        if (line.GetValue(SharedOptions.Json))
        {
            host.Screen.Write(AlarmsJson.Write(board));
        }
        else
        {
            AlarmsView.Print(host.Screen, board);
        }

        return ExitCodes.Done;
    }
}
