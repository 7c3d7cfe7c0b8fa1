using System.CommandLine;

namespace Farthing.Commands;

/// <summary><c>farthing evaluate</c></summary>
internal static class EvaluateCommand
{
    /// <summary>Declares the command.</summary>
    public static Command Create(Host host)
    {
        var command = new Command(
            "evaluate",
            "Renders the same prompts and seeds with two models, tells how alike the pictures are and how fast each is, and signs an acceptance when the candidate passes. Exit status 8 when it does not.");
        command.Arguments.Add(EvaluateOptions.Reference);
        command.Arguments.Add(EvaluateOptions.Candidate);
        foreach (Option option in EvaluateOptions.All)
        {
            command.Options.Add(option);
        }

        command.Options.Add(SharedOptions.Data);
        command.Options.Add(SharedOptions.Json);
        command.Validators.Add(line =>
        {
            foreach (string error in EvaluateLine.Read(line, host.Places).Errors)
            {
                line.AddError(error);
            }
        });
        command.SetAction((line, cancellation) =>
        {
            EvaluateLine read = EvaluateLine.Read(line.CommandResult, host.Places).Line!;
            return new EvaluateRun(host, read).RunAsync(cancellation);
        });
        return command;
    }
}
