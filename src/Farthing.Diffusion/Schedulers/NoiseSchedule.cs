using System.Collections.Immutable;

namespace Farthing.Diffusion.Schedulers;

/// <summary>
/// The noise that a model was trained with, one value for each training timestep: β, ᾱ = ∏(1 − β) and
/// σ = √((1 − ᾱ)/ᾱ). Values are float32 and rounded where torch rounds them, since sigmas of a float64
/// product differ by 1.3e-5.
/// </summary>
public sealed class NoiseSchedule
{
    // diffusers keeps the last ᾱ of a zero-SNR schedule above zero so that its sigma stays finite.
    private const float ZeroSnrFloor = 1f / (1 << 24);

    private readonly float[] _logSigmas;

    private NoiseSchedule(float[] betas, float[] alphasCumprod)
    {
        Betas = [.. betas];
        AlphasCumprod = [.. alphasCumprod];
        Sigmas = [.. alphasCumprod.Select(a => MathF.Sqrt((1 - a) / a))];
        _logSigmas = [.. Sigmas.Select(s => (float)Math.Log(s))];
    }

    /// <summary>The noise variance that each timestep adds.</summary>
    public ImmutableArray<float> Betas { get; }

    /// <summary>ᾱ, the share of the clean image's power that is left at each timestep.</summary>
    public ImmutableArray<float> AlphasCumprod { get; }

    /// <summary>σ of each timestep, in units of the clean latents' scale.</summary>
    public ImmutableArray<float> Sigmas { get; }

    /// <summary>How many training timesteps there are.</summary>
    public int Length => Betas.Length;

    internal static NoiseSchedule Create(SchedulerSettings settings)
    {
        float[] betas = settings.TrainedBetas is { } trained ? [.. trained] : BetasOf(settings);
        if (settings.RescaleBetasZeroSnr)
        {
            betas = RescaleToZeroTerminalSnr(betas);
        }

        var alphas = CumulativeAlphas(betas);
        if (settings.RescaleBetasZeroSnr && settings.Family is not (SchedulerFamily.Ddim or SchedulerFamily.Lcm))
        {
            alphas[^1] = ZeroSnrFloor;
        }

        return new NoiseSchedule(betas, alphas);
    }

    /// <summary>σ at a timestep that may lie between two training ones, as numpy's interp gives it.</summary>
    internal double SigmaAt(double timestep)
    {
        int low = Math.Clamp((int)Math.Floor(timestep), 0, Length - 1);
        int high = Math.Min(low + 1, Length - 1);
        double fraction = Math.Clamp(timestep - low, 0, 1);
        return (((double)Sigmas[high] - Sigmas[low]) * fraction) + Sigmas[low];
    }

    /// <summary>The timestep at which the noise is <paramref name="sigma"/>, linear in log σ between training ones.</summary>
    internal double TimestepAt(double sigma)
    {
        double logSigma = Math.Log(Math.Max(sigma, 1e-10));
        int low = 0;
        while (low < Length - 2 && _logSigmas[low + 1] <= logSigma)
        {
            low++;
        }

        // The difference of two float32 logarithms is rounded to float32 in numpy.
        float width = _logSigmas[low] - _logSigmas[low + 1];
        double weight = Math.Clamp((_logSigmas[low] - logSigma) / width, 0, 1);
        return ((1 - weight) * low) + (weight * (low + 1));
    }

    private static float[] BetasOf(SchedulerSettings settings)
    {
        int count = settings.TrainTimesteps;
        switch (settings.BetaSchedule)
        {
            case BetaSchedule.Linear:
                return Linspace((float)settings.BetaStart, (float)settings.BetaEnd, count);
            case BetaSchedule.ScaledLinear:
                var roots = Linspace((float)Math.Sqrt(settings.BetaStart), (float)Math.Sqrt(settings.BetaEnd), count);
                return [.. roots.Select(r => r * r)];
            default:
                return [.. Enumerable.Range(0, count).Select(i => CosineBeta(i, count))];
        }
    }

    private static float CosineBeta(int i, int count)
    {
        static double AlphaBar(double t) => Math.Pow(Math.Cos((t + 0.008) / 1.008 * Math.PI / 2), 2);
        return (float)Math.Min(1 - (AlphaBar((i + 1) / (double)count) / AlphaBar(i / (double)count)), 0.999);
    }

    /// <summary>torch.linspace in float32: from the start up to the middle, from the end down to it.</summary>
    private static float[] Linspace(float start, float end, int count)
    {
        var values = new float[count];
        float step = count > 1 ? (end - start) / (count - 1) : 0;
        for (int i = 0; i < count; i++)
        {
            values[i] = i < count / 2 || count == 1
                ? MathF.FusedMultiplyAdd(step, i, start)
                : MathF.FusedMultiplyAdd(-step, count - i - 1, end);
        }

        return values;
    }

    /// <summary>torch.cumprod of float32 values: the product is kept in double, each result rounded.</summary>
    private static float[] CumulativeAlphas(float[] betas)
    {
        var result = new float[betas.Length];
        double product = 1;
        for (int i = 0; i < betas.Length; i++)
        {
            product *= 1 - betas[i];
            result[i] = (float)product;
        }

        return result;
    }

    /// <summary>Shifts and stretches √ᾱ so that it ends at 0: Lin et al. 2023, algorithm 1.</summary>
    private static float[] RescaleToZeroTerminalSnr(float[] betas)
    {
        float[] roots = [.. CumulativeAlphas(betas).Select(MathF.Sqrt)];
        float first = roots[0], last = roots[^1], stretch = first / (first - last);
        float[] bars = [.. roots.Select(r => (r - last) * stretch).Select(r => r * r)];
        return [.. bars.Select((bar, i) => 1 - (i == 0 ? bar : bar / bars[i - 1]))];
    }
}
