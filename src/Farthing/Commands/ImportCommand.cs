using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Farthing.Ledger.Import;
using Farthing.Ledger.Posting;
using Farthing.Ledger.Prices;
using Farthing.Ledger.Storage;
using Farthing.Ledger.Usage;

namespace Farthing.Commands;

/// <summary><c>farthing import</c></summary>
internal static class ImportCommand
{
    private const int MostUnknown = 20;

    private static readonly Argument<string> Usage = new("file") { HelpName = "FILE.jsonl", Description = "Usage, a JSON object a line." };

    /// <summary>Declares the command.</summary>
    public static Command Create(Host host)
    {
        var command = new Command("import", "Posts usage that another pipeline wrote down. The same file again changes nothing.")
        {
            Usage,
            RenderOptions.Prices,
            SharedOptions.Data,
        };
        command.SetAction(line => Run(host, line.CommandResult));
        return command;
    }

    private static int Run(Host host, SymbolResult line)
    {
        PriceBook? book = ChosenPrices.Load(line.GetValue(RenderOptions.Prices) is { Length: > 0 } prices ? host.Places.Full(prices) : null);
        using FileStream usage = Open(host.Places.Full(line.GetValue(Usage)!));
        using LedgerStore file = host.Places.Folder(line.GetValue(SharedOptions.Data)).OpenLedger();
        using Journal journal = Journal.Open(file, new PriceStore(file, host.Time).Layered(book));
        ImportSummary done = new UsageImport(journal) { Latest = host.Time.GetUtcNow() + new UsageRules().MaxSkew }.Import(file, usage);
        host.Screen.Write(string.Create(
            CultureInfo.InvariantCulture,
            $"{done.Renders:N0} renders, {done.Posted:N0} charges for {done.Amount}, {done.Memos:N0} savings; {done.Exists:N0} charges were there already, {done.Unpriced:N0} have no price."));
        foreach (UnknownLot lot in done.Unknown.Take(MostUnknown))
        {
            host.Screen.Write(string.Create(
                CultureInfo.InvariantCulture,
                $"Line {lot.Line} is of the lot '{lot.Name}' of the run '{lot.RunId}', which is not known yet: no `renders` line of it is in the file or was imported. Is its name right?"));
        }

        if (done.Unknown.Count > MostUnknown)
        {
            host.Screen.Write(string.Create(CultureInfo.InvariantCulture, $"… and {done.Unknown.Count - MostUnknown:N0} more lots that are not known."));
        }

        return ExitCodes.Done;
    }

    private static FileStream Open(string path)
    {
        try
        {
            return File.OpenRead(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputFileException($"The usage file '{path}' can't be read: {e.Message}", e);
        }
    }
}
