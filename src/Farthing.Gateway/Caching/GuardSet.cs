using Farthing.Gateway.Configuration;
using Farthing.Gateway.SemanticCache.Guarding;
using Farthing.Gateway.SemanticCache.Lists;

namespace Farthing.Gateway.Caching;

/// <summary>The guard of each tenant: the built-in lists, the configuration's, and the tenant's own on top.</summary>
public sealed class GuardSet
{
    private readonly Dictionary<string, CaptionGuard> _tenants = new(StringComparer.Ordinal);
    private readonly CaptionGuard _all;

    private GuardSet(CaptionGuard all) => _all = all;

    /// <summary>Reads the lists.</summary>
    /// <param name="options">Which.</param>
    /// <param name="folder">The folder that their paths begin at.</param>
    /// <exception cref="GuardListsException">A list can't be used; all its errors are reported at once.</exception>
    /// <exception cref="IOException">A list can't be read.</exception>
    /// <exception cref="UnauthorizedAccessException">A list may not be read.</exception>
    public static GuardSet Load(SemanticCacheOptions options, string folder)
    {
        ArgumentNullException.ThrowIfNull(options);
        var guards = new GuardSet(Guard(options.Lists, folder));
        foreach (var (client, tenant) in options.Tenants)
        {
            if (tenant.Lists.Count > 0)
            {
                guards._tenants[client] = Guard([.. options.Lists, .. tenant.Lists], folder);
            }
        }

        return guards;
    }

    /// <summary>The guard of a client.</summary>
    public CaptionGuard For(string client) => _tenants.GetValueOrDefault(client, _all);

    private static CaptionGuard Guard(IReadOnlyList<string> lists, string folder) => new(lists.Count == 0
        ? GuardLists.Default
        : GuardLists.WithAdditions([.. lists.Select(list => (Path.GetFileName(list), File.ReadAllText(Path.Combine(folder, list))))]));
}
