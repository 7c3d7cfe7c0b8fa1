using Farthing.Gateway.Calls;
using Farthing.Gateway.Configuration;
using Farthing.Gateway.Fallbacks;
using Microsoft.Extensions.Logging;

namespace Farthing.Gateway.Keys;

/// <summary>
/// Asks providers whether keys that were refused are good again, by listing models or what else costs nothing. Anything but a refusal or a
/// failing server lets the key back in.
/// </summary>
/// <param name="links">The providers.</param>
/// <param name="time">The clock.</param>
/// <param name="log">Hears which key came back.</param>
public sealed partial class KeyProber(IReadOnlyCollection<ProviderLink> links, TimeProvider time, ILogger<KeyProber> log)
{
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    /// <summary>Probes what is due, every second, until it is stopped.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        using var beat = new PeriodicTimer(Beat, time);
        try
        {
            while (await beat.WaitForNextTickAsync(stop))
            {
                await ProbeDueAsync(stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Stopped.
        }
    }

    /// <summary>Probes the keys that are due now.</summary>
    public async Task ProbeDueAsync(CancellationToken stop)
    {
        foreach (var link in links)
        {
            foreach (var key in link.Keys.DueForProbe())
            {
                var isWell = await IsWellAsync(link, key, stop);
                link.Keys.Probed(key, isWell);
                if (isWell)
                {
                    LogBack(key.Id, link.Options.Name);
                }
            }
        }
    }

    private async Task<bool> IsWellAsync(ProviderLink link, KeyOptions key, CancellationToken stop)
    {
        using var deadline = new CancellationTokenSource(Longest, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, deadline.Token);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, link.Below(link.Options.Row.ProbePath));
            link.Sign(request, key);
            using var response = await link.Http.SendAsync(request, either.Token);
            return await FaultAsync(link, response, either.Token) is not (AttemptFault.KeyRefused or AttemptFault.ServerError);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            // Whatever it is, the other keys and the next probe go on.
            return false;
        }
    }

    /// <summary>What a probe's answer says of the key: a provider may refuse it by the status of another fault.</summary>
    private static async Task<AttemptFault> FaultAsync(ProviderLink link, HttpResponseMessage response, CancellationToken stop)
    {
        var (row, status) = (link.Options.Row, (int)response.StatusCode);
        if (row.KeyRefusal?.Status != status)
        {
            return AttemptFaults.OfStatus(status);
        }

        await response.Content.LoadIntoBufferAsync(ProviderCaller.MaxErrorBytes, stop);
        return RefusalReading.Of(row, status, ListedError.First(await response.Content.ReadAsByteArrayAsync(stop)));
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The key {Key} of {Provider} is good again.")]
    private partial void LogBack(string key, string provider);
}
