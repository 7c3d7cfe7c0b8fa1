using System.Numerics.Tensors;

namespace Farthing.Diffusion.Schedulers;

/// <summary>
/// The state of one run of a <see cref="SamplingPlan"/>, for a batch of any size: it owns the history that
/// multistep methods need, allocated once. Not safe for use by two threads at a time.
/// </summary>
public sealed class Sampler
{
    private readonly SamplingPlan _plan;
    private readonly float[] _last;
    private float[] _current;
    private float[] _previous;
    private float[] _beforePrevious;
    private int _next;

    internal Sampler(SamplingPlan plan, int length)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        _plan = plan;
        bool corrects = Enumerable.Range(0, plan.Count).Any(i => plan[i].Correction is not null);
        _current = new float[length];
        _previous = new float[length];
        _beforePrevious = corrects ? new float[length] : [];
        _last = corrects ? new float[length] : [];
    }

    /// <summary>The clean latents that the last step predicted: what a preview shows.</summary>
    public ReadOnlySpan<float> Denoised => _current;

    /// <summary>Forgets the run, so that another of the same plan and length can begin.</summary>
    public void Reset() => _next = 0;

    /// <summary>Does one step in place. Allocates nothing.</summary>
    /// <param name="index">The step; a run does 0, 1, … in order.</param>
    /// <param name="modelOutput">The model's output, after guidance, as long as the latents.</param>
    /// <param name="latents">The latents before the step; after it, those for the next.</param>
    /// <param name="noise">Standard normal values where <see cref="SamplingPlan.NeedsNoise"/>, else unused.</param>
    /// <exception cref="ArgumentException">A span has another length than the run's latents.</exception>
    /// <exception cref="InvalidOperationException">The step is not the next one.</exception>
    public void Step(
        int index, ReadOnlySpan<float> modelOutput, Span<float> latents, ReadOnlySpan<float> noise = default)
    {
        if (index != _next)
        {
            throw new InvalidOperationException($"Step {index} was asked for, but step {_next} is next.");
        }

        Lengths.Same(_current.Length, latents.Length, nameof(latents));
        Lengths.Same(_current.Length, modelOutput.Length, nameof(modelOutput));
        var step = _plan[index];
        if (step.Update.Noise != 0)
        {
            Lengths.Same(_current.Length, noise.Length, nameof(noise));
        }

        Rotate();
        Predict(step.Clean, modelOutput, latents);
        if (step.Correction is { } correction)
        {
            Correct(correction, latents);
        }

        if (_last.Length > 0)
        {
            latents.CopyTo(_last);
        }

        Advance(step.Update, modelOutput, latents, noise);
        _next = index + 1;
    }

    private void Rotate()
    {
        if (_beforePrevious.Length == 0)
        {
            (_current, _previous) = (_previous, _current);
        }
        else
        {
            (_current, _previous, _beforePrevious) = (_beforePrevious, _current, _previous);
        }
    }

    private void Predict(CleanPrediction clean, ReadOnlySpan<float> modelOutput, ReadOnlySpan<float> latents)
    {
        TensorPrimitives.Multiply(latents, (float)clean.Latents, _current);
        Add(modelOutput, clean.Output, _current);
        if (double.IsFinite(clean.Clip))
        {
            TensorPrimitives.Clamp(_current, (float)-clean.Clip, (float)clean.Clip, _current);
        }
    }

    private void Correct(Correction correction, Span<float> latents)
    {
        TensorPrimitives.Multiply(_last, (float)correction.Last, latents);
        Add(_current, correction.Current, latents);
        Add(_previous, correction.Previous, latents);
        Add(_beforePrevious, correction.BeforePrevious, latents);
    }

    private void Advance(
        Update update, ReadOnlySpan<float> modelOutput, Span<float> latents, ReadOnlySpan<float> noise)
    {
        TensorPrimitives.Multiply(latents, (float)update.Latents, latents);
        Add(modelOutput, update.Output, latents);
        Add(_current, update.Current, latents);
        Add(_previous, update.Previous, latents);
        Add(noise, update.Noise, latents);
    }

    private static void Add(ReadOnlySpan<float> values, double weight, Span<float> sum)
    {
        if (weight != 0)
        {
            TensorPrimitives.MultiplyAdd(values, (float)weight, sum, sum);
        }
    }
}
