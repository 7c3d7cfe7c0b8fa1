using System.CommandLine;
using System.CommandLine.Parsing;
using Farthing.Doctor;

namespace Farthing.Commands;

/// <summary><c>farthing doctor</c></summary>
internal static class DoctorCommand
{
    /// <summary>Declares the command.</summary>
    public static Command Create(Host host)
    {
        var command = new Command("doctor", "Checks what a render needs, and says what to mend. Exit status 1 when something is a problem.")
        {
            RenderOptions.Model,
            RenderOptions.Prices,
            SharedOptions.Data,
            SharedOptions.Json,
        };
        command.SetAction(line => Run(host, line.CommandResult));
        return command;
    }

    private static int Run(Host host, SymbolResult line)
    {
        DoctorReport report = DoctorReport.Make(
            line.GetValue(RenderOptions.Model) is { Length: > 0 } model ? host.Places.Full(model) : host.Places.Model(),
            DataFolder.At(host.Places.Data(line.GetValue(SharedOptions.Data))),
            line.GetValue(RenderOptions.Prices) is { Length: > 0 } prices ? host.Places.Full(prices) : null,
            host.Time.GetUtcNow());
        if (line.GetValue(SharedOptions.Json))
        {
            host.Screen.Write(report.ToJson());
        }
        else
        {
            DoctorView.Print(host.Screen, report);
        }

        return report.Ok ? ExitCodes.Done : ExitCodes.Partial;
    }
}
