using Farthing.Diffusion.Latents;
using Farthing.Diffusion.Randomness;

namespace Farthing.Diffusion.Pipelines;

/// <summary>What the autoencoder makes of a picture: the distribution that its latents are drawn from.</summary>
public sealed class ImageLatents
{
    private readonly float[] _values;
    private readonly bool _isSampled;
    private readonly float _scalingFactor;

    internal ImageLatents(float[] values, bool isSampled, float scalingFactor)
    {
        _values = values;
        _isSampled = isSampled;
        _scalingFactor = scalingFactor;
    }

    /// <summary>Values of one sample: 4 · height/8 · width/8.</summary>
    public int Length => _isSampled ? _values.Length : _values.Length / 2;

    /// <summary>
    /// Draws scaled latents: (mean + std · noise) · scaling_factor. An encoder that gives ready latents uses no noise.
    /// </summary>
    internal float[] Sample(TorchGenerator generator)
    {
        float[] latents = new float[Length];
        if (_isSampled)
        {
            _values.CopyTo(latents, 0);
        }
        else
        {
            float[] noise = new float[Length];
            generator.FillNormal(noise);
            VaeLatents.SamplePosterior(_values, batch: 1, noise, latents);
        }

        VaeLatents.ScaleFromEncoder(latents, _scalingFactor);
        return latents;
    }
}
