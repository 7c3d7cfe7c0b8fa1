using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Farthing.Alarms;
using Farthing.Gateway.Configuration;
using Farthing.Ledger.Alarms;
using Farthing.Ledger.Storage;

namespace Farthing.Commands;

/// <summary><c>farthing alarms close</c></summary>
internal static class AlarmsCloseCommand
{
    private static readonly Argument<string> Name = new("name") { HelpName = "NAME", Description = "The rule that is gone." };

    /// <summary>Declares the command.</summary>
    public static Command Create(Host host)
    {
        var command = new Command("close", "Resolves what still fires of a rule that the configuration has no more, and tells it with the next messages.")
        {
            Name, AlarmsCommand.Config, SharedOptions.Data,
        };
        command.SetAction(line => Run(host, line.CommandResult));
        return command;
    }

    private static int Run(Host host, SymbolResult line)
    {
        AlarmOptions options = AlarmFile.Load(host.Places.Full(line.GetValue(AlarmsCommand.Config)!), host.Places.Variable);
        string name = line.GetValue(Name)!;
        if (options.Rules.Any(rule => rule.Name == name))
        {
            throw new UsageException($"The configuration has the alarm '{name}', which would fire again. Remove it there first, or mend what it is about.");
        }

        using LedgerStore ledger = host.Places.Folder(line.GetValue(SharedOptions.Data)).OpenExistingLedger();
        int closed = new AlarmBook(ledger, host.Time).Close(name, options.Telling).Count;
        host.Screen.Write(string.Create(CultureInfo.InvariantCulture, $"{closed} closed."));
        return closed > 0 ? ExitCodes.Done : throw new UsageException($"Nothing fires under the name '{name}'. `farthing alarms list` lists what does.");
    }
}
