using Farthing.Diffusion.Embeddings;
using Farthing.Gateway.Caching;
using Farthing.Gateway.Calls;
using Farthing.Gateway.SemanticCache.Guarding;

namespace Farthing.Serving;

/// <summary>The sentence embedder of this machine, for the semantic cache. It is loaded while the server starts.</summary>
internal sealed class LocalEmbedder : ITextEmbedder, IAsyncDisposable
{
    private readonly Task<SentenceEmbedder> _embedder;

    /// <summary>Begins to load a model.</summary>
    /// <param name="directory">Its directory.</param>
    public LocalEmbedder(string directory)
    {
        Name = Path.GetFileName(directory.TrimEnd('/', '\\')) + "/int8";
        _embedder = Task.Run(() => SentenceEmbedder.Load(directory));
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public async ValueTask<TextVector?> EmbedAsync(GatewayCall asked, string text, CancellationToken cancellationToken)
    {
        SentenceEmbedding embedding = (await _embedder.WaitAsync(cancellationToken)).Embed(text);
        return new TextVector(
            embedding.Values,
            (embedding.IsCut ? EmbeddedText.Cut : EmbeddedText.Whole) | (embedding.IsMostlyUnknown ? EmbeddedText.MostlyUnknown : EmbeddedText.Whole));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _embedder.ContinueWith(static loaded => loaded.IsCompletedSuccessfully ? loaded.Result : null, TaskScheduler.Default)
            .ContinueWith(static loaded => loaded.Result?.Dispose(), TaskScheduler.Default);
    }
}
