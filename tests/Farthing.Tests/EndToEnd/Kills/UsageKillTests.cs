using System.Globalization;
using Farthing.Ledger.Chain;
using Farthing.Ledger.Storage;

namespace Farthing.Tests.EndToEnd.Kills;

/// <summary>
/// A server is killed by SIGKILL at numbered points while eight clients send usage and send again what was not answered. What a client was
/// told is booked is booked, and nothing is booked twice. A few points here; <c>eng/simulate.sh kills</c> goes through all thirty.
/// </summary>
[Collection(nameof(Alone))]
public sealed class UsageKillTests : IDisposable
{
    private const int Clients = 8;

    // 128 + SIGKILL.
    private const int Killed = 137;

    private readonly string _folder = Directory.CreateTempSubdirectory("farthing-usage-kill-").FullName;
    private readonly KillingClients _clients = new(Clients);

    [Fact]
    public async Task What_clients_were_told_is_booked_once_wherever_the_server_was_killed()
    {
        var config = Path.Combine(_folder, "usage.yaml");
        await File.WriteAllTextAsync(config, "usage: {}\n", TestContext.Current.CancellationToken);

        var points = Points();
        foreach (var point in points)
        {
            using var server = Serve(config, point);
            var told = _clients.Told.Count;
            var url = await server.ListeningAsync();
            await File.WriteAllTextAsync(BeginOf(point), "", TestContext.Current.CancellationToken);
            _clients.Send(url);
            if (point.Place == KillPlace.Told)
            {
                await _clients.UntilToldAsync(told + point.Time);
                Assert.True(await server.KillAfterAsync(TimeSpan.Zero), $"{point}: the server ended before it was killed.");
            }
            else
            {
                Assert.Equal(Killed, (await server.EndAsync()).ExitCode);
            }

            // What was booked is looked at first: of a commit that nobody was told of, nobody can be told any more.
            var (booked, heard) = (Booked(point.ToString()), _clients.Told.Count);
            Assert.True(point.Place != KillPlace.AfterCommit || booked > heard, $"{point}: nothing was booked that nobody was told of.");
            TestContext.Current.TestOutputHelper?.WriteLine($"{point}: {booked} events are booked once, clients were told of {heard}");
        }

        using var last = Serve(config, null);
        _clients.Send(await last.ListeningAsync());
        await _clients.EndAsync();
        await last.KillAfterAsync(TimeSpan.Zero);
        Assert.Equal(_clients.Told.Count, Booked("the end"));
        TestContext.Current.TestOutputHelper?.WriteLine($"{points.Count} kills, {Clients} clients, {_clients.Told.Count} events: each is booked once, 0 lost, 0 doubled");
    }

    public void Dispose()
    {
        _clients.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static IReadOnlyList<KillPoint> Points()
    {
        if (Environment.GetEnvironmentVariable("FARTHING_KILL_POINTS") is not { Length: > 0 } setting)
        {
            return KillPoint.Few;
        }

        var numbers = setting.Split('-').Select(static number => int.Parse(number, CultureInfo.InvariantCulture)).ToArray();
        return [.. KillPoint.All.Where(point => point.Number >= numbers[0] && point.Number <= numbers[^1])];
    }

    private FarthingProcess Serve(string config, KillPoint? point)
    {
        var environment = new Dictionary<string, string>();
        if (point?.Setting is { } setting)
        {
            environment["DOTNET_STARTUP_HOOKS"] = typeof(StartupHook).Assembly.Location;
            environment[StartupHook.Variable] = setting;
            environment[StartupHook.BeginVariable] = BeginOf(point);
        }

        return FarthingProcess.Start(environment, "serve", "--config", config, "--listen", "127.0.0.1:0", "--data", Path.Combine(_folder, "data"));
    }

    private string BeginOf(KillPoint point) => Path.Combine(_folder, string.Create(CultureInfo.InvariantCulture, $"begin-{point.Number}"));

    /// <summary>Every event that a client was told of is there once, each with both of its charges, and the chain is whole.</summary>
    private long Booked(string point)
    {
        using var store = LedgerStore.Open(Path.Combine(_folder, "data", "farthing.db"));
        var check = LedgerVerifier.Verify(store);
        Assert.True(check.IsWhole, $"{point}: {string.Join('\n', check.Problems)}");
        var (events, renders, charges) = store.Read(static transaction => (
            transaction.Query<string>("SELECT id FROM usage_events").ToList(),
            transaction.Query<string>("SELECT render_id FROM charges WHERE meter = 'puts'").ToList(),
            transaction.Scalar<long>("SELECT count(*) FROM charges")));
        Assert.Equal(events.Count, events.ToHashSet(StringComparer.Ordinal).Count);
        Assert.Equal(events.Order(StringComparer.Ordinal), renders.Order(StringComparer.Ordinal));
        Assert.Equal(events.Count * 2, charges);

        // Bytes have no price in the default book, writes have.
        Assert.Equal(events.Count, check.Transfers);
        Assert.Empty(_clients.Told.Keys.Except(events));
        return events.Count;
    }
}
