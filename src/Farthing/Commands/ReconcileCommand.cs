using System.CommandLine;
using System.CommandLine.Parsing;
using Farthing.Ledger.Reconciliation;
using Farthing.Ledger.Storage;
using Farthing.Terminal;

namespace Farthing.Commands;

/// <summary><c>farthing reconcile</c></summary>
internal static class ReconcileCommand
{
    private static readonly Argument<string> Invoice = new("invoice") { HelpName = "INVOICE.csv", Description = "A provider's export." };
    private static readonly Option<string?> Provider = new("--provider")
    {
        HelpName = "openai|anthropic|aws|plain",
        Description = "Whose export it is. Default: told by its columns.",
    };

    private static readonly Option<string?> Only = new("--only")
    {
        HelpName = "PREFIX",
        Description = "Only the ledger's resources that begin so. Default: the provider's, or those that a plain invoice names.",
    };

    private static readonly Option<bool> Csv = new("--csv") { Description = "Print the differences as CSV, and nothing else, on standard output." };

    /// <summary>Declares the command.</summary>
    public static Command Create(Host host)
    {
        var command = new Command("reconcile", "Holds an invoice against the ledger by day, model and token class. Exit status 1 when anything differs.")
        {
            Invoice, Provider, Only, ReportOptions.From, ReportOptions.To, Csv, SharedOptions.Json, SharedOptions.Data,
        };
        command.Validators.Add(line => Read(line).Errors.ToList().ForEach(line.AddError));
        command.SetAction(line => Run(host, line.CommandResult));
        return command;
    }

    private static (ReconciliationScope Scope, IReadOnlyList<string> Errors) Read(SymbolResult line)
    {
        var options = new OptionReader(line);
        var scope = new ReconciliationScope
        {
            Provider = options.Choice<InvoiceProvider?>(
                Provider,
                null,
                ("openai", InvoiceProvider.OpenAi),
                ("anthropic", InvoiceProvider.Anthropic),
                ("aws", InvoiceProvider.Aws),
                ("plain", InvoiceProvider.Plain)),
            Only = options.Filled(Only),
            From = options.Day(ReportOptions.From),
            To = options.Day(ReportOptions.To),
        };
        if (scope.From > scope.To)
        {
            options.Refuse("--from is after --to. Swap them.");
        }

        if (line.GetValue(SharedOptions.Json) && line.GetValue(Csv))
        {
            options.Refuse("--json and --csv contradict each other. Leave one out.");
        }

        return (scope, options.Errors);
    }

    private static int Run(Host host, CommandResult line)
    {
        using LedgerStore file = host.Places.Folder(line.GetValue(SharedOptions.Data)).OpenExistingLedger();
        string path = host.Places.Full(line.GetValue(Invoice)!);
        using FileStream invoice = Open(path);
        Reconciliation found = new Reconciler(file).Compare(Path.GetFileName(path), invoice, Read(line).Scope);
        if (line.GetValue(SharedOptions.Json))
        {
            host.Screen.Write(ReconciliationJson.Write(found));
        }
        else if (line.GetValue(Csv))
        {
            host.Screen.Result.Profile.Out.Writer.Write(ReconciliationCsv.Write(found));
            if (ReconciliationView.Outside(found) is { } outside)
            {
                host.Screen.Note(outside);
            }
        }
        else
        {
            ReconciliationView.Print(host.Screen, found);
        }

        return found.Differences.Count == 0 ? ExitCodes.Done : ExitCodes.Partial;
    }

    private static FileStream Open(string path)
    {
        try
        {
            return File.OpenRead(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputFileException($"The invoice '{path}' can't be read: {e.Message}", e);
        }
    }
}
