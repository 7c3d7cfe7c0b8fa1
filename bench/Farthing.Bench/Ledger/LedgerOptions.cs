using System.CommandLine;

namespace Farthing.Bench.Ledger;

/// <summary>What <c>ledger</c> measures.</summary>
/// <param name="Charges">Charges of the smaller ledger, which every rate is measured on.</param>
/// <param name="Large">Charges that it is grown to for the second row of report times; no more than the first for none.</param>
/// <param name="Batch">Charges a transaction.</param>
/// <param name="Events">Single events, each in a transaction of its own.</param>
/// <param name="Usage">Events of usage as other pipelines send them.</param>
/// <param name="Folder">Where the ledgers are made; the disk under it decides what a commit costs.</param>
/// <param name="Postgres">Whether PostgreSQL is measured too.</param>
/// <param name="Renders">Whether each render has an attempt with its outcome, as renders have and usage from elsewhere has not.</param>
internal sealed record LedgerOptions(int Charges, int Large, int Batch, int Events, int Usage, string Folder, bool Postgres, bool Renders)
{
    /// <summary>Reads the command line; null, with the reason printed, where it can't be.</summary>
    public static LedgerOptions? Parse(string[] arguments)
    {
        var charges = new Option<int>("--charges") { DefaultValueFactory = _ => 1_000_000, Description = "Charges of the smaller ledger." };
        var large = new Option<int>("--large") { DefaultValueFactory = _ => 10_000_000, Description = "Charges that it is grown to; 0 for none." };
        var batch = new Option<int>("--batch") { DefaultValueFactory = _ => 10_000, Description = "Charges a transaction." };
        var events = new Option<int>("--events") { DefaultValueFactory = _ => 2_000, Description = "Single events." };
        var usage = new Option<int>("--usage") { DefaultValueFactory = _ => 100_000, Description = "Events of usage." };
        var folder = new Option<string?>("--folder") { Description = "Where the ledgers are made. Default: the temporary folder." };
        var plain = new Option<bool>("--no-postgres") { Description = "SQLite alone." };
        var bare = new Option<bool>("--no-renders") { Description = "Charges without attempts, as usage from elsewhere." };
        var command = new RootCommand("The ledger: ingest, single events, reports, size.") { charges, large, batch, events, usage, folder, plain, bare };
        LedgerOptions? options = null;
        command.SetAction(parsed => options = new LedgerOptions(
            Math.Max(1_000, parsed.GetValue(charges)),
            parsed.GetValue(large),
            Math.Max(1, parsed.GetValue(batch)),
            Math.Max(1, parsed.GetValue(events)),
            Math.Max(1, parsed.GetValue(usage)),
            parsed.GetValue(folder) ?? Path.GetTempPath(),
            !parsed.GetValue(plain),
            !parsed.GetValue(bare)));
        command.Parse(arguments).Invoke();
        return options;
    }
}
