using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Security.Cryptography;
using Farthing.Alarms;
using Farthing.Gateway.Configuration;
using Farthing.Ledger.Alarms;
using Farthing.Ledger.Storage;
using Farthing.Terminal;

namespace Farthing.Commands;

/// <summary><c>farthing alarms check</c></summary>
internal static class AlarmsCheckCommand
{
    private static readonly Option<bool> NoSend = new("--no-send") { Description = "Write messages into the outbox, and send none now." };

    /// <summary>Declares the command.</summary>
    public static Command Create(Host host)
    {
        var command = new Command("check", "Evaluates every alarm once and sends what is due. Exit status 10 when an alarm fires, 1 when one can't be judged or told.")
        {
            AlarmsCommand.Config, NoSend, SharedOptions.Json, SharedOptions.Data,
        };
        command.SetAction((line, stop) => RunAsync(host, line.CommandResult, stop));
        return command;
    }

    /// <summary>Steps: 1. the configuration, 2. the ledger, 3. every rule, 4. the outbox, 5. what is told here.</summary>
    private static async Task<int> RunAsync(Host host, SymbolResult line, CancellationToken stop)
    {
        AlarmOptions options = AlarmFile.Load(host.Places.Full(line.GetValue(AlarmsCommand.Config)!), host.Places.Variable);
        using LedgerStore ledger = host.Places.Folder(line.GetValue(SharedOptions.Data)).OpenExistingLedger();
        if (AlarmWatch.NeedsGateway(options))
        {
            AlarmWatch.Prepare(ledger);
        }

        var watch = new AlarmWatch(ledger, host.Time);
        AlarmRound round = watch.Look(options);
        var outbox = new Outbox(ledger, $"alarms-check-{Environment.ProcessId.ToString(CultureInfo.InvariantCulture)}", host.Time);
        var sent = new WebhookRound(0, []);
        if (options.Webhook is { } webhook && !line.GetValue(NoSend))
        {
            using var sender = new WebhookSender(webhook, outbox, host.Time, static () => RandomNumberGenerator.GetInt32(1 << 30) / (double)(1 << 30));
            sent = await sender.SendDueAsync(stop);
        }

        IReadOnlyList<AlarmLine> lines = AlarmLine.Of(round.Looks, watch.Book.Firing());
        var board = new AlarmBoard(host.Time.GetUtcNow(), lines, outbox.Undelivered()) { Sent = sent, Changes = round.Changes.Count };
        if (line.GetValue(SharedOptions.Json))
        {
            host.Screen.Write(AlarmsJson.Write(board));
        }
        else
        {
            AlarmsView.Print(host.Screen, board);
        }

        return lines.Any(static each => each is { IsFiring: true, HasRule: true }) ? ExitCodes.Alarm
            : sent.Failures.Count > 0 || lines.Any(static each => each.Problem is not null) ? ExitCodes.Partial
            : ExitCodes.Done;
    }
}
