using System.CommandLine;

namespace Farthing.Commands;

/// <summary><c>farthing quantize</c></summary>
internal static class QuantizeCommand
{
    /// <summary>Declares the command.</summary>
    public static Command Create(Host host)
    {
        var command = new Command("quantize", "Makes an int8 (or fp16) model directory from a float one, and a report of what it cost in exactness.");
        command.Arguments.Add(QuantizeOptions.Model);
        foreach (Option option in QuantizeOptions.All)
        {
            command.Options.Add(option);
        }

        command.Options.Add(SharedOptions.Json);
        command.Validators.Add(line =>
        {
            foreach (string error in QuantizeLine.Read(line, host.Places).Errors)
            {
                line.AddError(error);
            }
        });
        command.SetAction((line, cancellation) =>
        {
            QuantizeLine read = QuantizeLine.Read(line.CommandResult, host.Places).Line!;
            return new QuantizeRun(host, read).RunAsync(cancellation);
        });
        return command;
    }
}
