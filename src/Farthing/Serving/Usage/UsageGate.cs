using Farthing.Gateway.Calls;
using Farthing.Gateway.Configuration;
using Farthing.Gateway.Keys;
using Farthing.Ledger.Posting;
using Microsoft.AspNetCore.Http;

namespace Farthing.Serving.Usage;

/// <summary>Who sends usage.</summary>
/// <param name="Client">The key's name; empty where none is needed.</param>
/// <param name="Tags">Tags that the key adds.</param>
/// <param name="NamesTenants">Whether it may name a tenant where the key has none.</param>
internal sealed record UsageSender(string Client, TagSet Tags, bool NamesTenants);

/// <summary>Lets in who may send usage, and no more bytes at once than fit.</summary>
/// <param name="clients">The client keys in force.</param>
/// <param name="options">Who may send usage.</param>
internal sealed class UsageGate(Func<ClientKeys> clients, UsageOptions options)
{
    // Bodies that are read at one time take so many times the largest one.
    private const int Bodies = 8;

    private long _bytes;

    /// <summary>Who it is; an answer where nobody may pass.</summary>
    public (UsageSender? Sender, GatewayError? Refused) Admit(HttpRequest request)
    {
        ClientKeys keys = clients();
        if (!keys.AreNeeded)
        {
            return (new UsageSender("", TagSet.None, NamesTenants: true), null);
        }

        if (keys.Find(ClientRequest.Key(request)) is not { } key)
        {
            return (null, ClientRefusal.UnknownKey);
        }

        GatewayError? refused = options.Clients.Count > 0 && !options.Clients.Contains(key.Options.Name)
            ? new GatewayError(403, "not_for_usage", $"The key '{key.Options.Name}' may not send usage (usage.clients).")
            : ClientRefusal.OfRate(key, 0);
        return refused is null ? (new UsageSender(key.Options.Name, key.Options.Tags, key.Options.NamesTenants), null) : (null, refused);
    }

    /// <summary>Makes room for a body; false when there is none now.</summary>
    public bool TryEnter(HttpRequest request, out long room)
    {
        long max = options.MaxBodyMiB * 1024L * 1024;
        room = request.Headers.ContentEncoding.Count > 0 ? max : Math.Min(request.ContentLength ?? max, max);
        if (Interlocked.Add(ref _bytes, room) - room > max * (Bodies - 1))
        {
            Interlocked.Add(ref _bytes, -room);
            return false;
        }

        return true;
    }

    /// <summary>Gives the room back.</summary>
    public void Leave(long room) => Interlocked.Add(ref _bytes, -room);
}
