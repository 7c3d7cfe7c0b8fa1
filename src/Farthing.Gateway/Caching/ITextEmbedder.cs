using Farthing.Gateway.Calls;

namespace Farthing.Gateway.Caching;

/// <summary>Turns the last user text of a call into a point, by which texts that may say the same are found.</summary>
public interface ITextEmbedder
{
    /// <summary>Whose embeddings they are: those of another name are never compared with them.</summary>
    string Name { get; }

    /// <summary>Embeds a text; null where that can't be done now.</summary>
    /// <param name="asked">The call that the text is of.</param>
    /// <param name="text">The text.</param>
    /// <param name="cancellationToken">Cancelled when nobody waits for it.</param>
    ValueTask<TextVector?> EmbedAsync(GatewayCall asked, string text, CancellationToken cancellationToken);
}
