using System.Numerics.Tensors;
using Farthing.Gateway.Caching;
using Farthing.Gateway.Calls;
using Farthing.Gateway.SemanticCache.Guarding;

namespace Farthing.Tests.Gateway.Caching;

/// <summary>Embeds a text as the words that it has: near for texts that share most of them.</summary>
internal sealed class WordEmbedder : ITextEmbedder
{
    private int _count;

    public string Name => "words";

    public int Count => _count;

    /// <summary>Thrown instead of an answer; null for none.</summary>
    public Exception? Fault { get; set; }

    public ValueTask<TextVector?> EmbedAsync(GatewayCall asked, string text, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _count);
        return Fault is null ? ValueTask.FromResult<TextVector?>(new TextVector(Of(text), EmbeddedText.Whole)) : throw Fault;
    }

    public static float[] Of(string text)
    {
        float[] values = new float[128];
        foreach (string word in text.ToLowerInvariant().Split([' ', '.', ',', '?'], StringSplitOptions.RemoveEmptyEntries))
        {
            int hash = word.Aggregate(17, static (sum, c) => unchecked((sum * 31) + c));
            for (int i = 0; i < 8; i++)
            {
                hash = unchecked((hash * 1_103_515_245) + 12_345);
                values[(hash >>> 8) % values.Length] += 1;
            }
        }

        TensorPrimitives.Divide(values, TensorPrimitives.Norm<float>(values), values);
        return values;
    }
}
