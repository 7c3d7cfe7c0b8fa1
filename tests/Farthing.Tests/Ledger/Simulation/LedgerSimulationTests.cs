using System.Collections.Concurrent;
using System.Globalization;

namespace Farthing.Tests.Ledger.Simulation;

/// <summary>A few seeds here; <c>eng/simulate.sh ledger</c> runs as many as it is asked to.</summary>
public abstract class LedgerSimulationTests(StoreKind kind, int seeds, int operations)
{
    [Fact]
    public void Whatever_goes_wrong_nothing_is_lost_doubled_or_unexplained()
    {
        var (first, last) = (Setting("FROM", 1), Setting("FROM", 1) + Setting("SEEDS", seeds) - 1);
        var (crashes, conflicts) = (0, 0);
        var failed = new ConcurrentBag<(int Seed, Exception Error)>();

        // Seeds know nothing of each other.
        Parallel.For(first, last + 1, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, (seed, loop) =>
        {
            using var schema = kind == StoreKind.Postgres ? new PostgresSchema() : null;
            var folder = Directory.CreateDirectory(Path.Combine(Root, $"farthing-simulation-{Environment.ProcessId}-{kind}-{seed}"));
            try
            {
                using var fleet = new FleetSimulation(schema?.Address ?? Path.Combine(folder.FullName, "farthing.db"), seed);
                fleet.Run(Setting("OPERATIONS", operations));
                fleet.Check();
                Interlocked.Add(ref crashes, fleet.Crashes);
                Interlocked.Add(ref conflicts, fleet.Conflicts);
            }
            catch (Exception error)
            {
                failed.Add((seed, error));
                loop.Stop();
            }
            finally
            {
                folder.Delete(recursive: true);
            }
        });
        if (failed.OrderBy(static each => each.Seed).FirstOrDefault() is { Error: { } fault } worst)
        {
            throw new InvalidOperationException($"Seed {worst.Seed} on {kind} (eng/simulate.sh ledger --from {worst.Seed} --seeds 1): {fault.Message}", fault);
        }

        // A simulation in which nothing goes wrong says nothing.
        Assert.True(crashes > 0 && conflicts > 0, $"{crashes} crashes and {conflicts} conflicts");
        TestContext.Current.TestOutputHelper?.WriteLine($"{kind}: seeds {first} to {last}, {Setting("OPERATIONS", operations)} operations each: {crashes} crashes, {conflicts} conflicts, 0 lost, 0 doubled, 0 unexplained");
    }

    // Crashes are played within the process, so nothing has to reach a disk; memory spares its waits.
    private static string Root => Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath();

    private static int Setting(string name, int fallback) =>
        int.TryParse(Environment.GetEnvironmentVariable("FARTHING_SIMULATE_" + name), NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : fallback;
}

public sealed class LedgerSimulationOnSqliteTests() : LedgerSimulationTests(StoreKind.Sqlite, seeds: 50, operations: 150);

public sealed class LedgerSimulationOnPostgresTests() : LedgerSimulationTests(StoreKind.Postgres, seeds: 6, operations: 120);
