using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Farthing.Tests.EndToEnd.Kills;

/// <summary>Clients that send usage without an end, one request at a time each, and send again what was not answered: some events together, some of them twice.</summary>
internal sealed class KillingClients : IDisposable
{
    private readonly CancellationTokenSource _end = new();
    private readonly Task[] _sending;
    private volatile string _url = "";

    public KillingClients(int count) => _sending = [.. Enumerable.Range(0, count).Select(client => Task.Run(() => SendAsync(client)))];

    /// <summary>The events that a server said are booked.</summary>
    public ConcurrentDictionary<string, bool> Told { get; } = new(StringComparer.Ordinal);

    /// <summary>Sends to this server from now on.</summary>
    public void Send(string url) => _url = url;

    /// <summary>Waits until clients have been told of so many events.</summary>
    public async Task UntilToldAsync(int count)
    {
        while (Told.Count < count)
        {
            // A client's own failure is why it would never be so.
            if (Array.Find(_sending, static each => each.IsCompleted) is { } ended)
            {
                await ended;
            }

            await Task.Delay(1, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Each client ends with the request that it is at, once it is answered.</summary>
    public Task EndAsync()
    {
        _end.Cancel();
        return Task.WhenAll(_sending);
    }

    public void Dispose()
    {
        _url = "";
        _end.Cancel();
        _end.Dispose();
    }

    private async Task SendAsync(int client)
    {
        using var http = new HttpClient();
        for (int i = 0, count = 1; !_end.IsCancellationRequested; i += count, count = 1 + (i % 4))
        {
            string[] ids = [.. Enumerable.Range(i, count).Select(n => $"{client}-{n}")];
            while (!await TryAsync(http, i % 3 == 0 ? [.. ids, ids[0]] : ids))
            {
                if (_url.Length == 0 && _end.IsCancellationRequested)
                {
                    return;
                }

                await Task.Delay(5);
            }

            Array.ForEach(ids, id => Told[id] = true);
        }
    }

    private async Task<bool> TryAsync(HttpClient http, string[] ids)
    {
        if (_url.Length == 0)
        {
            return false;
        }

        using var content = new StringContent($"[{string.Join(',', ids.Select(Event))}]", Encoding.UTF8);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/cloudevents-batch+json");
        try
        {
            using var response = await http.PostAsync(_url + "/v1/usage", content);
            using var answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
            Assert.Equal(200, (int)response.StatusCode);
            Assert.Equal(ids.Length, answer.RootElement.GetProperty("events").GetArrayLength());
            return true;
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            return false;
        }
    }

    private static string Event(string id) =>
        $$$$"""{"specversion":"1.0","source":"/kills","id":"{{{{id}}}}","type":"farthing.usage","time":"2026-11-20T08:00:00Z","data":{"run":"r","render":"{{{{id}}}}","stage":"finish","resource":"storage/folder","meters":{"puts":1,"sent-bytes":7}}}""";
}
