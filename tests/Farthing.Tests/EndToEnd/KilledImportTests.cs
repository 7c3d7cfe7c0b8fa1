using System.Diagnostics;
using System.Globalization;
using Farthing.Ledger.Chain;
using Farthing.Ledger.Posting;
using Farthing.Ledger.Reports;
using Farthing.Ledger.Storage;

namespace Farthing.Tests.EndToEnd;

/// <summary>A process that posts is killed by SIGKILL at points spread over its run: the ledger is whole after each, and each use is in it once.</summary>
[Collection(nameof(Alone))]
public sealed class KilledImportTests : IDisposable
{
    private const int Points = 8;
    private const int MostStarts = 24;
    private const int Uses = 12_000;

    private readonly string _folder = Directory.CreateTempSubdirectory("farthing-killed-import-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_killed_import_leaves_a_whole_ledger_and_the_next_one_ends_it()
    {
        var (usage, data) = (Path.Combine(_folder, "usage.jsonl"), Path.Combine(_folder, "data"));
        await File.WriteAllLinesAsync(
            usage,
            Enumerable.Range(0, Uses).Select(i => string.Create(
                CultureInfo.InvariantCulture,
                $$"""{"type":"use","run":"run-1","at":"2026-05-04T06:10:00Z","id":"use-{{i}}","lot":"lot-{{i % 100}}","stage":"finish","resource":"storage/folder","meter":"puts","quantity":1}""")),
            TestContext.Current.CancellationToken);
        var watch = Stopwatch.StartNew();
        Assert.Equal(0, (await FarthingProcess.RunAsync("import", usage, "--data", Path.Combine(_folder, "whole"))).ExitCode);
        var duration = watch.Elapsed;
        var killed = 0;
        for (var start = 1; killed < Points && start <= MostStarts; start++)
        {
            using (var process = FarthingProcess.Start("import", usage, "--data", data))
            {
                killed += await process.KillAfterAsync(duration * (killed + 1) / (Points + 1)) ? 1 : 0;
            }

            // All of it, or nothing.
            if (File.Exists(Path.Combine(data, "farthing.db")))
            {
                Assert.Contains(Count(data), new[] { 0L, Uses });
            }
        }

        Assert.True(killed > 0, "No import was killed before its end.");
        Assert.Equal(0, (await FarthingProcess.RunAsync("import", usage, "--data", data)).ExitCode);
        Assert.Equal(Uses, Count(data));
    }

    private static long Count(string data)
    {
        using var store = LedgerStore.Open(Path.Combine(data, "farthing.db"));
        var check = LedgerVerifier.Verify(store);
        Assert.True(check.IsWhole, string.Join('\n', check.Problems));
        var report = new CostReports(store).Build(new ReportQuery());
        Assert.Equal(check.Transfers * 5_000_000, (long)report.Total.Units);
        Assert.All(report.Rows, row => Assert.True(row.Stage == Stage.FinishAndStore || row.Amount.Units == 0));
        return check.Transfers;
    }
}
