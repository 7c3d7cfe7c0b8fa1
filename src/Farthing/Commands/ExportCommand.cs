using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Farthing.Ledger.Export;
using Farthing.Ledger.Money;
using Farthing.Ledger.Reports;
using Farthing.Ledger.Storage;

namespace Farthing.Commands;

/// <summary><c>farthing export focus</c></summary>
internal static class ExportCommand
{
    private static readonly Option<string?> Out = new("--out") { HelpName = "FILE.csv|FILE.parquet", Description = "The file to write; its ending says as what.", Required = true };
    private static readonly Option<string?> Account = new("--account") { HelpName = "ID", Description = "The billing account. Default: farthing." };
    private static readonly Option<string?> AccountName = new("--account-name") { HelpName = "NAME", Description = "The billing account's name." };
    private static readonly Option<string?> Issuer = new("--issuer") { HelpName = "NAME", Description = "Who issues the invoice. Default: Farthing." };

    private static readonly Option<string?> Invoiced = new("--invoiced") { HelpName = "DAY", Description = "The day (UTC) of the last invoice: what was re-rated from then on, in months that had ended, is written as a correction." };

    /// <summary>Declares the command.</summary>
    public static Command Create(Host host)
    {
        var focus = new Command("focus", "Writes a FOCUS 1.4 Cost and Usage dataset: a row for each priced charge.")
        {
            ReportOptions.From, ReportOptions.To, Out, ReportOptions.Currency, Account, AccountName, Issuer, Invoiced, SharedOptions.Data,
        };
        focus.Validators.Add(line => Read(line).Errors.ToList().ForEach(line.AddError));
        focus.SetAction((line, cancellation) => RunAsync(host, line.CommandResult, cancellation));
        return new Command("export", "Writes the ledger for other programs.") { focus };
    }

    private static (ReportQuery Period, FocusIdentity Identity, FocusFileType Type, IReadOnlyList<string> Errors) Read(SymbolResult line)
    {
        var options = new OptionReader(line);
        var period = new ReportQuery
        {
            From = options.Day(ReportOptions.From),
            To = options.Day(ReportOptions.To),
            Currency = options.Choice(ReportOptions.Currency, Currency.Usd, ("USD", Currency.Usd), ("EUR", Currency.Eur)),
        };
        if (period.From > period.To)
        {
            options.Refuse("--from is after --to. Swap them.");
        }

        string ending = Path.GetExtension(options.Filled(Out) ?? "").ToLowerInvariant();
        if (ending is not (".csv" or ".parquet"))
        {
            options.Refuse("--out must end in .csv or .parquet.");
        }

        var unset = new FocusIdentity();
        return (
            period,
            new FocusIdentity
            {
                AccountId = options.Filled(Account) ?? unset.AccountId,
                AccountName = options.Filled(AccountName),
                Issuer = options.Filled(Issuer) ?? unset.Issuer,
                Invoiced = options.Day(Invoiced),
            },
            ending == ".parquet" ? FocusFileType.Parquet : FocusFileType.Csv,
            options.Errors);
    }

    private static async Task<int> RunAsync(Host host, CommandResult line, CancellationToken cancellation)
    {
        using LedgerStore file = host.Places.Folder(line.GetValue(SharedOptions.Data)).OpenExistingLedger();
        var (period, identity, type, _) = Read(line);
        string path = host.Places.Full(line.GetValue(Out)!);
        FocusSummary done = await WriteAsync(new FocusExport(file), period, identity, path, type, cancellation);
        host.Screen.Write(string.Create(CultureInfo.InvariantCulture, $"{done.Rows} rows for {done.Billed.ToExactString()} {done.Billed.Currency.Code()} in {path}."));
        if (done.Unpriced > 0)
        {
            host.Screen.Write(string.Create(CultureInfo.InvariantCulture, $"ALARM unpriced: {done.Unpriced} charges have no price and are not in the file."));
        }

        return ExitCodes.Done;
    }

    /// <summary>Whoever reads the file finds the whole of it or the one from before.</summary>
    private static async Task<FocusSummary> WriteAsync(
        FocusExport export, ReportQuery period, FocusIdentity identity, string path, FocusFileType type, CancellationToken cancellation)
    {
        string part = path + ".part";
        try
        {
            FocusSummary done;
            await using (FileStream stream = File.Create(part))
            {
                done = await export.WriteAsync(period, identity, stream, type, cancellation);
            }

            File.Move(part, path, overwrite: true);
            return done;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OutputFileException($"'{path}' can't be written: {e.Message} Name another file.", e);
        }
        finally
        {
            if (File.Exists(part))
            {
                File.Delete(part);
            }
        }
    }
}
