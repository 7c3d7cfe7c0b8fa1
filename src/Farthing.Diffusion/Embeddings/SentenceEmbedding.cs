namespace Farthing.Diffusion.Embeddings;

/// <summary>A text as a point on the unit sphere; the cosine of two texts is the dot product of their values.</summary>
/// <param name="Values">[dimensions], L2 norm 1.</param>
/// <param name="Tokens">How many tokens the text has, [CLS] and [SEP] included; more than were embedded where it was cut.</param>
/// <param name="IsCut">Whether the text's end was cut off: two texts that differ only there embed alike.</param>
/// <param name="IsMostlyUnknown">Whether half of its tokens or more are [UNK]: such texts embed alike whatever they say.</param>
public sealed record SentenceEmbedding(float[] Values, int Tokens, bool IsCut, bool IsMostlyUnknown)
{
    /// <summary>The cosine with another embedding of the same model.</summary>
    public float Cosine(SentenceEmbedding other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return System.Numerics.Tensors.TensorPrimitives.Dot(Values, other.Values);
    }
}
