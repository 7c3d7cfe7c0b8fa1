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
        for (var seed = first; seed <= last; seed++)
        {
            using var schema = kind == StoreKind.Postgres ? new PostgresSchema() : null;
            var folder = Directory.CreateTempSubdirectory("farthing-simulation-");
            try
            {
                using var fleet = new FleetSimulation(schema?.Address ?? Path.Combine(folder.FullName, "farthing.db"), seed);
                fleet.Run(Setting("OPERATIONS", operations));
                fleet.Check();
                (crashes, conflicts) = (crashes + fleet.Crashes, conflicts + fleet.Conflicts);
            }
            catch (Exception error)
            {
                throw new InvalidOperationException($"Seed {seed} on {kind} (eng/simulate.sh ledger --from {seed} --seeds 1): {error.Message}", error);
            }
            finally
            {
                folder.Delete(recursive: true);
            }
        }

        // A simulation in which nothing goes wrong says nothing.
        Assert.True(crashes > 0 && conflicts > 0, $"{crashes} crashes and {conflicts} conflicts");
        TestContext.Current.TestOutputHelper?.WriteLine($"{kind}: seeds {first} to {last}, {Setting("OPERATIONS", operations)} operations each: {crashes} crashes, {conflicts} conflicts, 0 lost, 0 doubled, 0 unexplained");
    }

    private static int Setting(string name, int fallback) =>
        int.TryParse(Environment.GetEnvironmentVariable("FARTHING_SIMULATE_" + name), NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : fallback;
}

public sealed class LedgerSimulationOnSqliteTests() : LedgerSimulationTests(StoreKind.Sqlite, seeds: 12, operations: 150);

public sealed class LedgerSimulationOnPostgresTests() : LedgerSimulationTests(StoreKind.Postgres, seeds: 2, operations: 120);
