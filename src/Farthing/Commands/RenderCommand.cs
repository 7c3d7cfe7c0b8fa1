using System.CommandLine;

namespace Farthing.Commands;

/// <summary><c>farthing render</c></summary>
internal static class RenderCommand
{
    /// <summary>Declares the command.</summary>
    public static Command Create(Host host)
    {
        var command = new Command("render", "Renders a prompt or a campaign manifest here, and prints what it cost, stage by stage.");
        command.Arguments.Add(RenderOptions.Source);
        foreach (Option option in RenderOptions.All)
        {
            command.Options.Add(option);
        }

        command.Options.Add(SharedOptions.Data);
        command.Options.Add(SharedOptions.Json);
        command.Validators.Add(line =>
        {
            foreach (string error in RenderLine.Read(line, host.Places).Errors)
            {
                line.AddError(error);
            }
        });
        command.SetAction((line, cancellation) =>
        {
            RenderLine read = RenderLine.Read(line.CommandResult, host.Places).Line!;
            return new RenderRun(host, read).RunAsync(cancellation);
        });
        return command;
    }
}
