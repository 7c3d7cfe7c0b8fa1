using Farthing.Diffusion.Pipelines;

namespace Farthing.Rendering.Embeddings;

/// <summary>Encodes texts ahead of time, for a store to keep.</summary>
/// <param name="cache">The cache.</param>
/// <param name="prompts">The model's text encoders.</param>
/// <param name="directory">The model's directory.</param>
/// <param name="threads">Threads of a run.</param>
public sealed class EmbeddingWarmer(EmbeddingCache cache, PromptEncoder prompts, string directory, int threads)
{
    /// <summary>Encodes what is not kept, in batches.</summary>
    /// <param name="texts">The texts.</param>
    /// <param name="batch">Texts encoded together.</param>
    /// <param name="report">Hears after each batch how many texts are done.</param>
    /// <param name="cancellation">Stops between batches.</param>
    public WarmResult Run(IReadOnlyList<string> texts, int batch, Action<int> report, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(cache);
        ArgumentNullException.ThrowIfNull(texts);
        ArgumentNullException.ThrowIfNull(report);
        var model = new ModelEmbeddings(cache, new ModelTextEncoders(prompts, directory));
        int done = 0, encoded = 0;
        foreach (string[] some in texts.Chunk(batch))
        {
            if (cancellation.IsCancellationRequested)
            {
                break;
            }

            using (var pending = model.Begin(some))
            {
                encoded += pending.Missing.Count;
                if (pending.HasMisses)
                {
                    long begin = cache.Time.GetTimestamp();
                    pending.Encode();
                    pending.Charge((long)(cache.Time.GetElapsedTime(begin).TotalMicroseconds * threads));
                }

                pending.End();
            }

            done += some.Length;
            report(done);
        }

        model.SaveCounts();
        return new WarmResult(done - encoded, encoded, model.BytesSaved, cache.Store?.Failures > 0);
    }
}

/// <summary>What warming did.</summary>
/// <param name="Kept">Texts that were kept already.</param>
/// <param name="Encoded">Texts that were encoded.</param>
/// <param name="Bytes">Bytes that were given to the store.</param>
/// <param name="IsStoreFailing">Whether the store refused some.</param>
public sealed record WarmResult(int Kept, int Encoded, long Bytes, bool IsStoreFailing);
