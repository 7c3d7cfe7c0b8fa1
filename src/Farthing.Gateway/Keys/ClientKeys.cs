using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using Farthing.Gateway.Configuration;

namespace Farthing.Gateway.Keys;

/// <summary>The virtual keys of a gateway's clients, found by hash, so that the gateway never keeps a key.</summary>
public sealed class ClientKeys
{
    private const int MaxLength = 200;
    private readonly FrozenDictionary<string, ClientKey> _byHash;

    /// <summary>Makes the keys of a configuration.</summary>
    /// <param name="keys">The keys.</param>
    /// <param name="time">The clock.</param>
    /// <param name="earlier">Those of the configuration before, whose rates go on; null for none.</param>
    public ClientKeys(IEnumerable<ClientKeyOptions> keys, TimeProvider time, ClientKeys? earlier = null)
    {
        _byHash = keys.ToFrozenDictionary(static key => key.Hash, key => new ClientKey(key, time), StringComparer.Ordinal);
        foreach (var key in _byHash.Values)
        {
            if (earlier?._byHash.GetValueOrDefault(key.Options.Hash) is { } same)
            {
                key.CarryFrom(same);
            }
        }
    }

    /// <summary>Whether clients need a key.</summary>
    public bool AreNeeded => _byHash.Count > 0;

    /// <summary>The key that a client shows; null when it is none of these.</summary>
    /// <remarks>A key has 256 random bits, so a plain SHA-256 hides it, and looking its hash up tells nobody anything by its time.</remarks>
    public ClientKey? Find(string? shown) => shown is { Length: > 3 and <= MaxLength } ? _byHash.GetValueOrDefault(HashOf(shown)) : null;

    /// <summary>SHA-256 in lower-case hexadecimal digits.</summary>
    public static string HashOf(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));

    /// <summary>A new key: <c>fk-</c> and 256 random bits.</summary>
    public static string Create() =>
        ClientKeyOptions.Prefix + Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)).TrimEnd('=').Replace('+', '-').Replace('/', '_');
}
