using Farthing.Gateway.Configuration;
using Farthing.Gateway.Providers;

namespace Farthing.Gateway.Calls;

/// <summary>The bridges that there are. A target whose provider speaks another shape is reached only over one.</summary>
/// <param name="bridges">At most one for each pair of shapes.</param>
public sealed class ShapeBridges(IEnumerable<IShapeBridge> bridges)
{
    private readonly Dictionary<(WireShape Client, WireShape Provider), IShapeBridge> _bridges =
        bridges.ToDictionary(static bridge => (bridge.Client, bridge.Provider));

    /// <summary>No bridges: each client reaches the providers of its own shape.</summary>
    public static ShapeBridges None { get; } = new([]);

    /// <summary>How a client's shape reaches a model: its own shape where the provider serves the model in it, else over a bridge.</summary>
    /// <param name="client">The client's shape.</param>
    /// <param name="provider">The provider.</param>
    /// <param name="model">The model as the provider knows it.</param>
    /// <param name="shape">The shape to call the provider in.</param>
    /// <param name="bridge">The bridge; null where none is needed.</param>
    /// <returns>Whether there is a way.</returns>
    public bool TryReach(WireShape client, ProviderOptions provider, string model, out WireShape shape, out IShapeBridge? bridge)
    {
        ArgumentNullException.ThrowIfNull(provider);
        (shape, bridge) = (client, null);
        var shapes = provider.Speaks(model);
        if (shapes.Contains(client))
        {
            return true;
        }

        foreach (var spoken in shapes)
        {
            if (_bridges.TryGetValue((client, spoken), out bridge))
            {
                shape = spoken;
                return true;
            }
        }

        return false;
    }
}
