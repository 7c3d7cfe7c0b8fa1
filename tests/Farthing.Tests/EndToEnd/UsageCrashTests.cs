using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Farthing.Ledger.Chain;
using Farthing.Ledger.Storage;

namespace Farthing.Tests.EndToEnd;

/// <summary>
/// A server is killed by SIGKILL again and again while clients send usage and send again what was not answered. What a client was told is
/// booked is booked, and nothing is booked twice.
/// </summary>
[Collection(nameof(Alone))]
public sealed class UsageCrashTests : IDisposable
{
    private const int Kills = 5;
    private const int Clients = 4;
    private const int EventsEach = 400;

    private readonly string _folder = Directory.CreateTempSubdirectory("farthing-usage-crash-").FullName;

    [Fact]
    public async Task What_was_acknowledged_is_booked_once_whatever_was_killed()
    {
        string config = Path.Combine(_folder, "usage.yaml");
        await File.WriteAllTextAsync(config, "usage: {}\n", TestContext.Current.CancellationToken);
        var acknowledged = new ConcurrentDictionary<string, bool>();
        string url = "";
        var clients = new List<Task>();
        for (int kill = 0; kill < Kills; kill++)
        {
            using var server = FarthingProcess.Start("serve", "--config", config, "--listen", "127.0.0.1:0", "--data", Path.Combine(_folder, "data"));
            Volatile.Write(ref url, await server.ListeningAsync());
            if (kill == 0)
            {
                clients.AddRange(Enumerable.Range(0, Clients).Select(client => SendAllAsync(client, () => Volatile.Read(ref url), acknowledged)));
            }

            // Killed in the middle of the work: when the next part of it is acknowledged.
            int target = acknowledged.Count + (Clients * EventsEach / (Kills + 2));
            while (acknowledged.Count < target && !clients.TrueForAll(static client => client.IsCompleted))
            {
                await Task.Delay(1, TestContext.Current.CancellationToken);
            }

            Assert.True(await server.KillAfterAsync(TimeSpan.Zero), "The server ended before it was killed.");
            AssertBooked(acknowledged.Keys.ToHashSet(StringComparer.Ordinal));
        }

        using var last = FarthingProcess.Start("serve", "--config", config, "--listen", "127.0.0.1:0", "--data", Path.Combine(_folder, "data"));
        Volatile.Write(ref url, await last.ListeningAsync());
        await Task.WhenAll(clients);
        await last.KillAfterAsync(TimeSpan.Zero);
        Assert.Equal(Clients * EventsEach, AssertBooked(acknowledged.Keys.ToHashSet(StringComparer.Ordinal)));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>Sends each event until it is acknowledged, some of them together and some twice.</summary>
    private static async Task SendAllAsync(int client, Func<string> url, ConcurrentDictionary<string, bool> acknowledged)
    {
        using var http = new HttpClient();
        for (int i = 0; i < EventsEach;)
        {
            int count = Math.Min(1 + (i % 4), EventsEach - i);
            string[] ids = [.. Enumerable.Range(i, count).Select(n => $"{client}-{n}")];
            string[] sent = i % 3 == 0 ? [.. ids, ids[0]] : ids;
            string body = $"[{string.Join(',', sent.Select(static id => $$$$"""{"specversion":"1.0","source":"/crash","id":"{{{{id}}}}","type":"farthing.usage","time":"2026-11-20T08:00:00Z","data":{"run":"r","render":"{{{{id}}}}","stage":"finish","resource":"storage/folder","meters":{"puts":1,"sent-bytes":7}}}"""))}]";
            try
            {
                using var content = new StringContent(body, Encoding.UTF8);
                content.Headers.ContentType = new MediaTypeHeaderValue("application/cloudevents-batch+json");
                using var response = await http.PostAsync(url() + "/v1/usage", content, TestContext.Current.CancellationToken);
                using var answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
                Assert.Equal(200, (int)response.StatusCode);
                Assert.Equal(sent.Length, answer.RootElement.GetProperty("events").GetArrayLength());
                foreach (string id in ids)
                {
                    acknowledged[id] = true;
                }

                i += count;
            }
            catch (Exception error) when (error is HttpRequestException or IOException)
            {
                // The server is down: the same events are sent again when it is back.
                await Task.Delay(5, TestContext.Current.CancellationToken);
            }
        }
    }

    /// <summary>Every acknowledged event is there once, with both of its charges, and the chain is whole.</summary>
    private long AssertBooked(HashSet<string> acknowledged)
    {
        using LedgerStore store = LedgerStore.Open(Path.Combine(_folder, "data", "farthing.db"));
        Assert.Empty(LedgerVerifier.Verify(store).Problems);
        var (events, renders, charges) = store.Read(static transaction => (
            transaction.Query<string>("SELECT id FROM usage_events").ToList(),
            transaction.Query<string>("SELECT render_id FROM charges WHERE meter = 'puts'").ToList(),
            transaction.Scalar<long>("SELECT count(*) FROM charges")));
        Assert.Equal(events.Count, events.ToHashSet(StringComparer.Ordinal).Count);
        Assert.Equal(events.Order(StringComparer.Ordinal), renders.Order(StringComparer.Ordinal));
        Assert.Equal(events.Count * 2, charges);
        Assert.Empty(acknowledged.Except(events));
        return events.Count;
    }
}
