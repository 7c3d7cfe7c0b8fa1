using System.Collections.Immutable;
using System.Numerics.Tensors;

namespace Farthing.Diffusion.Schedulers;

/// <summary>
/// A run laid out beforehand: the timesteps to feed to the model and every step's coefficients. Immutable,
/// shared by all renders of a batch; what a run must remember lives in its <see cref="Sampler"/>. Steps are
/// addressed by index from 0, since two of them may share a timestep.
/// </summary>
public sealed class SamplingPlan
{
    private readonly StepCoefficients[] _steps;

    internal SamplingPlan(SampleTimes times, StepCoefficients[] steps, int startIndex, float initNoiseSigma)
    {
        _steps = steps;
        StartIndex = startIndex;
        InitNoiseSigma = initNoiseSigma;
        Timesteps = [.. times.Timesteps[startIndex..]];
        Sigmas = times.Sigmas.Length == 0 ? [] : [.. times.Sigmas[startIndex..]];
    }

    /// <summary>How many steps the run does.</summary>
    public int Count => _steps.Length;

    /// <summary>How many steps of the whole run were left out before the first; 0 without a strength.</summary>
    public int StartIndex { get; }

    /// <summary>The timestep for the model at each step; whole numbers but for Euler's.</summary>
    public ImmutableArray<float> Timesteps { get; }

    /// <summary>The noise level at each step and, last, the one at the end; empty for DDIM and LCM.</summary>
    public ImmutableArray<float> Sigmas { get; }

    /// <summary>A run from pure noise starts from standard normal latents times this.</summary>
    public float InitNoiseSigma { get; }

    /// <summary>Whether the model's input differs from the latents.</summary>
    public bool ScalesModelInput => _steps[0].InputScale != 1;

    /// <summary>Whether step <paramref name="index"/> consumes fresh standard normal noise.</summary>
    public bool NeedsNoise(int index) => _steps[index].Update.Noise != 0;

    /// <summary>Writes the model's input of step <paramref name="index"/>, the latents scaled, to <paramref name="destination"/>.</summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public void ScaleModelInput(int index, ReadOnlySpan<float> latents, Span<float> destination)
    {
        Lengths.Same(latents.Length, destination.Length, nameof(destination));
        float scale = (float)_steps[index].InputScale;
        if (scale == 1)
        {
            latents.CopyTo(destination);
        }
        else
        {
            TensorPrimitives.Multiply(latents, scale, destination);
        }
    }

    /// <summary>
    /// Writes clean latents with as much noise as they have where step <paramref name="index"/> begins. At
    /// index <see cref="Count"/>, the end of the run, they are clean.
    /// </summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public void AddNoise(ReadOnlySpan<float> clean, ReadOnlySpan<float> noise, int index, Span<float> destination)
    {
        Lengths.Same(clean.Length, noise.Length, nameof(noise));
        Lengths.Same(clean.Length, destination.Length, nameof(destination));
        if (index == Count)
        {
            clean.CopyTo(destination);
            return;
        }

        var mix = _steps[index].Mix;
        TensorPrimitives.Multiply(clean, (float)mix.Clean, destination);
        TensorPrimitives.MultiplyAdd(noise, (float)mix.Noise, destination, destination);
    }

    /// <summary>Makes the state of one run.</summary>
    /// <param name="length">Values in the run's latents, of all its images together.</param>
    public Sampler CreateSampler(int length) => new(this, length);

    internal StepCoefficients this[int index] => _steps[index];
}
