using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;

namespace Farthing.Commands;

/// <summary>The command line as a whole.</summary>
internal static class FarthingCommand
{
    private static readonly Option<bool> Verbose = new("--verbose") { Description = "Show where an error arose.", Recursive = true };

    /// <summary>Reads the arguments, runs the command, and turns every failure into a sentence and an exit status.</summary>
    public static async Task<int> RunAsync(IReadOnlyList<string> args, Host host)
    {
        // '@' begins an ordinary prompt here, not a file of arguments.
        ParseResult line = Create(host).Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null, EnablePosixBundling = false });
        if (line.Action is ParseErrorAction)
        {
            return RefuseLine(line, host);
        }

        try
        {
            return await line.InvokeAsync(new InvocationConfiguration
            {
                Output = host.Screen.Result.Profile.Out.Writer,
                Error = host.Screen.Notes.Profile.Out.Writer,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            });
        }
        catch (Exception error)
        {
            Failure failure = Failure.Of(error);
            host.Screen.Note("farthing: " + failure.Message);
            if (line.GetValue(Verbose))
            {
                host.Screen.Note(error.ToString());
            }
            else if (failure.ExitCode == ExitCodes.Internal)
            {
                host.Screen.Note("Run it again with --verbose to see where.");
            }

            return failure.ExitCode;
        }
    }

    private static RootCommand Create(Host host)
    {
        var root = new RootCommand("Renders product images with diffusion models and accounts for every fraction of a cent they cost.\n\n" + ExitCodes.Summary)
        {
            RenderCommand.Create(host),
            ServeCommand.Create(host),
            KeyCommand.Create(host),
            ReportCommand.Create(host),
            ExplainCommand.Create(host),
            ImportCommand.Create(host),
            ReconcileCommand.Create(host),
            ExportCommand.Create(host),
            LedgerCommand.Create(host),
            AlarmsCommand.Create(host),
            PricesCommand.Create(host),
            EvaluateCommand.Create(host),
            QuantizeCommand.Create(host),
            CacheCommand.Create(host),
            SimulateCommand.Create(host),
            DoctorCommand.Create(host),
        };
        root.Options.Add(Verbose);
        root.SetAction(line =>
        {
            new HelpAction().Invoke(line);
            return ExitCodes.Usage;
        });
        return root;
    }

    private static int RefuseLine(ParseResult line, Host host)
    {
        foreach (string message in line.Errors.Select(static error => error.Message).Distinct())
        {
            host.Screen.Note("farthing: " + message);
        }

        host.Screen.Note($"`{PathOf(line.CommandResult)} --help` lists what can be written.");
        return ExitCodes.Usage;
    }

    /// <summary>A command with those that it stands under, as it is written.</summary>
    private static string PathOf(CommandResult result) =>
        result.Parent is CommandResult parent ? $"{PathOf(parent)} {result.Command.Name}" : "farthing";
}
