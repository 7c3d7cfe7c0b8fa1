using Farthing.Diffusion.Guidance;
using Farthing.Diffusion.Latents;
using Farthing.Diffusion.Schedulers;
using Farthing.Diffusion.Sessions;

namespace Farthing.Diffusion.Pipelines;

/// <summary>The steps of one batch, on buffers made beforehand.</summary>
internal sealed class DenoiseLoop
{
    private readonly DenoiseRequest _request;
    private readonly SamplingPlan _plan;
    private readonly Sampler _sampler;
    private readonly UNetRun _run;
    private readonly DenoiseStart _start;
    private readonly bool _guided;
    private readonly bool _blends;
    private readonly float[] _scaled;
    private readonly float[] _predicted;
    private readonly float[] _guidedPrediction;
    private readonly float[] _proper;
    private readonly float[] _stepNoise;

    public DenoiseLoop(DenoiseRequest request, SamplingPlan plan, UNetRun run, DenoiseStart start, bool guided)
    {
        _request = request;
        _plan = plan;
        _run = run;
        _start = start;
        _guided = guided;
        _blends = start.Masks.Length > 0 && start.MaskedClean.Length == 0;
        int length = start.Latents.Length;
        _sampler = plan.CreateSampler(length);
        _scaled = new float[length];
        _predicted = new float[guided ? 2 * length : length];
        _guidedPrediction = guided ? new float[length] : _predicted;
        _proper = _blends ? new float[length] : [];
        _stepNoise = Enumerable.Range(0, plan.Count).Any(plan.NeedsNoise) ? new float[length] : [];
    }

    private int Items => _request.Items.Count;

    /// <summary>Runs all steps; the start's latents become the result.</summary>
    public void Run(CancellationToken cancellation)
    {
        for (int i = 0; i < _plan.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            Step(i);
            _request.OnStep?.Invoke(new DenoiseProgress(i + 1, _plan.Count, _start.Latents));
        }
    }

    /// <summary>One step; allocates nothing.</summary>
    internal void Step(int index)
    {
        _plan.ScaleModelInput(index, _start.Latents, _scaled);
        WriteSample();
        _run.Forward(_plan.Timesteps[index], _predicted);
        if (_guided)
        {
            Guide();
        }

        if (_plan.NeedsNoise(index))
        {
            DrawNoise();
        }

        _sampler.Step(index, _guidedPrediction, _start.Latents, _stepNoise);
        if (_blends)
        {
            Blend(index);
        }
    }

    private void WriteSample()
    {
        if (_start.MaskedClean.Length == 0)
        {
            _run.WriteSample(_scaled, 0);
            if (_guided)
            {
                _run.WriteSample(_scaled, _scaled.Length);
            }

            return;
        }

        int plane = _run.Shape.Height * _run.Shape.Width;
        for (int row = 0; row < _run.Shape.Batch; row++)
        {
            int item = row % Items, at = row * 9 * plane;
            _run.WriteSample(_scaled.AsSpan(item * 4 * plane, 4 * plane), at);
            _run.WriteSample(_start.Masks.AsSpan(item * plane, plane), at + 4 * plane);
            _run.WriteSample(_start.MaskedClean.AsSpan(item * 4 * plane, 4 * plane), at + 5 * plane);
        }
    }

    private void Guide()
    {
        ClassifierFreeGuidance.Combine<float>(_predicted, _request.GuidanceScale, _guidedPrediction);
        if (_request.GuidanceRescale > 0)
        {
            var positive = _predicted.AsSpan(_guidedPrediction.Length);
            GuidanceRescale.Apply(positive, _request.GuidanceRescale, Items, _guidedPrediction);
        }
    }

    private void DrawNoise()
    {
        int length = _stepNoise.Length / Items;
        for (int i = 0; i < Items; i++)
        {
            _start.Generators[i].FillNormal(_stepNoise.AsSpan(i * length, length));
        }
    }

    /// <summary>Puts the source back outside the mask, with the noise that the next step expects; none after the last.</summary>
    private void Blend(int index)
    {
        _plan.AddNoise(_start.Clean, _start.Noise, index + 1, _proper);
        int plane = _start.Masks.Length / Items, length = 4 * plane;
        for (int i = 0; i < Items; i++)
        {
            InpaintBlend.Apply(
                _start.Masks.AsSpan(i * plane, plane),
                _proper.AsSpan(i * length, length),
                _start.Latents.AsSpan(i * length, length));
        }
    }
}
