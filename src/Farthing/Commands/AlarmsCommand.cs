using System.CommandLine;
using Farthing.Gateway.Configuration;

namespace Farthing.Commands;

/// <summary><c>farthing alarms</c></summary>
internal static class AlarmsCommand
{
    /// <summary>The configuration of <c>check</c> and <c>close</c>.</summary>
    public static readonly Option<string> Config = new("--config")
    {
        HelpName = "FILE",
        Description = "The configuration whose 'alarms' are meant: that of `farthing serve`, or one such as farthing.yaml.",
        Required = true,
    };

    /// <summary>Declares the command.</summary>
    public static Command Create(Host host)
    {
        var secret = new Command("secret", "Makes a secret to sign messages with. It is printed once and kept nowhere; sender and receiver get it.");
        secret.SetAction(_ =>
        {
            host.Screen.Write(WebhookSecret.Create());
            return ExitCodes.Done;
        });
        return new Command("alarms", "Says when a limit of the ledger is passed, and tells it by a signed webhook.")
        {
            AlarmsCheckCommand.Create(host), AlarmsListCommand.Create(host), AlarmsCloseCommand.Create(host), secret,
        };
    }
}
