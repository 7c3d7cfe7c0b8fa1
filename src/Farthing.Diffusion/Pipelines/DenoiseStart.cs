using Farthing.Diffusion.Randomness;
using Farthing.Diffusion.Schedulers;
using Farthing.Diffusion.Sessions;

namespace Farthing.Diffusion.Pipelines;

/// <summary>What a batch starts from: noise, or sources with noise added, drawn as diffusers draws them.</summary>
/// <remarks>
/// Each picture has its own generator. With a source it draws the sample of the source's posterior first, then the noise;
/// for inpainting the posterior of the masked source after that, which diffusers encodes even where it is not used.
/// </remarks>
internal sealed class DenoiseStart
{
    private DenoiseStart(int items, int planes, int length, bool withMask)
    {
        Latents = new float[items * length];
        Noise = new float[items * length];
        Clean = new float[items * length];
        Masks = withMask ? new float[items * planes] : [];
        Generators = new TorchGenerator[items];
    }

    /// <summary>[items, 4, h, w].</summary>
    public float[] Latents { get; }

    /// <summary>The noise that was drawn, which inpainting adds again at every step.</summary>
    public float[] Noise { get; }

    /// <summary>The sources' latents.</summary>
    public float[] Clean { get; }

    /// <summary>[items, h, w]; empty where nothing is masked.</summary>
    public float[] Masks { get; }

    /// <summary>The masked sources' latents of a 9-channel model, else empty.</summary>
    public float[] MaskedClean { get; private set; } = [];

    /// <summary>A generator an item, ready for the noise of the steps.</summary>
    public TorchGenerator[] Generators { get; }

    public static DenoiseStart Create(DenoiseRequest request, SamplingPlan plan, UNetShape shape, bool inpaintingModel)
    {
        int plane = shape.Height * shape.Width, length = 4 * plane;
        bool masked = request.Items[0].Mask is not null;
        var start = new DenoiseStart(request.Items.Count, plane, length, masked);
        start.MaskedClean = inpaintingModel ? new float[start.Latents.Length] : [];
        for (int i = 0; i < request.Items.Count; i++)
        {
            start.Draw(request.Items[i], i, length);
            if (masked)
            {
                request.Items[i].Mask!.CopyTo(start.Masks, i * plane);
                start.DrawMasked(request.Items[i], i, length);
            }
        }

        start.Begin(plan, request);
        return start;
    }

    private void Draw(DenoiseItem item, int index, int length)
    {
        var generator = Generators[index] = new TorchGenerator(item.Seed);
        item.Source?.Sample(generator).CopyTo(Clean, index * length);
        if (item.InitialLatents is { } given)
        {
            given.CopyTo(Noise, index * length);
        }
        else
        {
            generator.FillNormal(Noise.AsSpan(index * length, length));
        }
    }

    private void DrawMasked(DenoiseItem item, int index, int length)
    {
        if (item.MaskedSource is { } source)
        {
            source.Sample(Generators[index]).CopyTo(MaskedClean, index * length);
        }
        else
        {
            // Keeps the generator where diffusers' stands.
            Generators[index].FillNormal(new float[length]);
        }
    }

    private void Begin(SamplingPlan plan, DenoiseRequest request)
    {
        bool fromNoise = request.Items[0].Source is null || (Masks.Length > 0 && request.Strength >= 1);
        if (fromNoise)
        {
            System.Numerics.Tensors.TensorPrimitives.Multiply(Noise, plan.InitNoiseSigma, Latents);
        }
        else
        {
            plan.AddNoise(Clean, Noise, 0, Latents);
        }
    }
}
