using System.Collections.Immutable;

namespace Farthing.Diffusion.Randomness;

/// <summary>
/// One generator for each image of a batch, so that an image's noise does not depend on its neighbours:
/// what diffusers does with a list of generators.
/// </summary>
/// <param name="seeds">The images' seeds, in the batch's order.</param>
public sealed class ImageGenerators(IEnumerable<long> seeds)
{
    private readonly ImmutableArray<TorchGenerator> _generators = [.. seeds.Select(seed => new TorchGenerator(seed))];

    /// <summary>How many images there are.</summary>
    public int Count => _generators.Length;

    /// <summary>The generator of one image.</summary>
    public TorchGenerator this[int image] => _generators[image];

    /// <summary>Fills a batch with standard normal values, each image's equal part from its own generator.</summary>
    /// <exception cref="ArgumentException">The batch can't be split into equal parts.</exception>
    public void FillNormal(Span<float> batch)
    {
        if (Count == 0 || batch.Length % Count != 0)
        {
            throw new ArgumentException($"{batch.Length} values can't be split among {Count} images.", nameof(batch));
        }

        int part = batch.Length / Count;
        for (int i = 0; i < Count; i++)
        {
            _generators[i].FillNormal(batch.Slice(i * part, part));
        }
    }
}
