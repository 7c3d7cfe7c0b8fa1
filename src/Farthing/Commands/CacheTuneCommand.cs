using System.CommandLine;

namespace Farthing.Commands;

/// <summary><c>farthing cache tune</c></summary>
internal static class CacheTuneCommand
{
    /// <summary>Declares the command.</summary>
    public static Command Create(Host host)
    {
        var command = new Command("tune", "Sweeps the semantic cache's threshold over labelled pairs of requests, with its guard and without, and recommends one.");
        command.Arguments.Add(CacheTuneOptions.Pairs);
        foreach (Option option in CacheTuneOptions.All)
        {
            command.Options.Add(option);
        }

        command.Validators.Add(line =>
        {
            foreach (string error in CacheTuneLine.Read(line, host.Places).Errors)
            {
                line.AddError(error);
            }
        });
        command.SetAction((line, cancellation) =>
            Task.FromResult(new CacheTuneRun(host, CacheTuneLine.Read(line.CommandResult, host.Places).Line!).Run(cancellation)));
        return command;
    }
}
