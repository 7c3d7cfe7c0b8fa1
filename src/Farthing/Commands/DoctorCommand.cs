using System.CommandLine;
using System.CommandLine.Parsing;
using Farthing.Doctor;

namespace Farthing.Commands;

/// <summary><c>farthing doctor</c></summary>
internal static class DoctorCommand
{
    private static readonly Option<string?> Config = new("--config")
    {
        HelpName = "FILE",
        Description = "A gateway's configuration: checks whether `farthing serve` would serve it here and now.",
    };

    /// <summary>Declares the command.</summary>
    public static Command Create(Host host)
    {
        var command = new Command("doctor", "Checks what a render needs, or with --config what the gateway needs, and says what to mend. Exit status 1 when something is a problem.")
        {
            Config,
            RenderOptions.Model,
            RenderOptions.Prices,
            SharedOptions.Data,
            SharedOptions.Json,
        };
        command.Validators.Add(line =>
        {
            var options = new OptionReader(line);
            if (options.Filled(Config) is not null && options.Text(RenderOptions.Model) is not null)
            {
                options.Refuse("--config looks at a gateway, which renders nothing, so --model has nothing to say. Leave one or the other out.");
            }

            _ = options.Filled(RenderOptions.Model);
            options.Errors.ToList().ForEach(line.AddError);
        });
        command.SetAction(line => Run(host, line.CommandResult));
        return command;
    }

    private static int Run(Host host, SymbolResult line)
    {
        DataFolder data = DataFolder.At(host.Places.Data(line.GetValue(SharedOptions.Data)));
        string? prices = line.GetValue(RenderOptions.Prices) is { Length: > 0 } written ? host.Places.Full(written) : null;
        DoctorReport report = line.GetValue(Config) is { Length: > 0 } config
            ? DoctorReport.OfGateway(new GatewayChecks(host.Places.Full(config), host.Places.Folder(line.GetValue(SharedOptions.Data)), prices, host.Places.Embedder(), host.Places.Variable, host.Time))
            : DoctorReport.Make(
                line.GetValue(RenderOptions.Model) is { Length: > 0 } model ? host.Places.Full(model) : host.Places.Model(), data, prices, host.Time.GetUtcNow());
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
