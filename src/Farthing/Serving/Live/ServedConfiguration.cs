using Farthing.Gateway;
using Microsoft.Extensions.Logging;

namespace Farthing.Serving.Live;

/// <summary>One configuration in force with its endpoints. Calls that began on it end on it; then it is disposed of.</summary>
internal sealed class ServedConfiguration : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _probing;
    private int _users = 1;

    /// <summary>Puts it in force.</summary>
    /// <param name="gateway">The configuration; disposed of with this.</param>
    /// <param name="version">1 for the first of this process.</param>
    /// <param name="hash">The file's, by which configurations are told apart.</param>
    /// <param name="means">What serving takes from the process.</param>
    public ServedConfiguration(LlmGateway gateway, int version, string hash, ServingMeans means)
    {
        (Gateway, Version, Hash, LoadedAt) = (gateway, version, hash, means.Time.GetUtcNow());
        Calls = new CallEndpoint(gateway, means.Time, means.NewId, means.Log.CreateLogger<CallEndpoint>());
        Models = new ModelsEndpoint(gateway);
        Health = new ServingHealth(gateway, version, hash);
        _probing = gateway.Prober.RunAsync(_stop.Token);
    }

    /// <summary>The configuration.</summary>
    public LlmGateway Gateway { get; }

    /// <summary>Counts up with every reload.</summary>
    public int Version { get; }

    /// <summary>SHA-256 of the file, its first 16 hexadecimal digits; empty where there is no file.</summary>
    public string Hash { get; }

    /// <summary>Since when it is in force.</summary>
    public DateTimeOffset LoadedAt { get; }

    /// <summary>Takes calls.</summary>
    public CallEndpoint Calls { get; }

    /// <summary>Lists models.</summary>
    public ModelsEndpoint Models { get; }

    /// <summary>Tells how it is.</summary>
    public ServingHealth Health { get; }

    /// <summary>Keeps it for one more request.</summary>
    /// <returns>False when it is gone.</returns>
    public bool TryEnter()
    {
        for (int users = Volatile.Read(ref _users); users > 0; users = Volatile.Read(ref _users))
        {
            if (Interlocked.CompareExchange(ref _users, users + 1, users) == users)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>A request is over, or another configuration is in force. The last one disposes of it.</summary>
    public void Leave()
    {
        if (Interlocked.Decrement(ref _users) == 0)
        {
            Gateway.Dispose();
        }
    }

    /// <summary>Stops what it does by itself. The gateway goes when the last request that runs on it is over.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _probing;
        _stop.Dispose();
        Leave();
    }
}
