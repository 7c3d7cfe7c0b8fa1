using System.Security.Cryptography;
using Farthing.Diffusion.Latents;
using Farthing.Diffusion.Pipelines;
using Farthing.Diffusion.Sessions;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Farthing.Diffusion.Evaluation.Metrics;

/// <summary>
/// LPIPS-like distance of two pictures: the features of any network, each position's channels scaled to length 1, squared
/// differences summed over the channels, averaged over positions and then over outputs. Zhang et al. 2018, "The Unreasonable
/// Effectiveness of Deep Features as a Perceptual Metric", equation 1 with w = 1: without the learned weights, so figures
/// compare only where the network is the same. One thread at a time.
/// </summary>
public sealed class FeatureModel : IDisposable
{
    // LPIPS' scaling layer, which is ImageNet's mean and standard deviation for values from 0 to 1.
    private static readonly float[] Mean = [0.485f, 0.456f, 0.406f];
    private static readonly float[] Std = [0.229f, 0.224f, 0.225f];

    private readonly InferenceSession _session;
    private readonly string _input;
    private readonly string[] _outputs;

    private FeatureModel(InferenceSession session, string hash)
    {
        _session = session;
        _input = session.InputNames[0];
        _outputs = [.. session.OutputMetadata.Where(static output => output.Value.Dimensions.Length == 4).Select(static output => output.Key)];
        Version = $"features/1: unit channels, no learned weights, sha256 {hash}";
    }

    /// <summary>How it is computed and with which file, for records.</summary>
    public string Version { get; }

    /// <summary>Loads a network: one float input [n, 3, height, width], and outputs [n, channels, height, width].</summary>
    /// <exception cref="EvaluationException">The file is no such network.</exception>
    public static FeatureModel Load(string path, ExecutionOptions execution)
    {
        ArgumentNullException.ThrowIfNull(execution);
        if (!File.Exists(path))
        {
            throw new EvaluationException($"There is no feature model '{path}'. Correct --features, or leave it out.");
        }

        InferenceSession? session = null;
        try
        {
            using var options = execution.NewSessionOptions();
            session = new InferenceSession(path, options);
            using var stream = File.OpenRead(path);
            if (session.InputMetadata.Values.SingleOrDefault() is { Dimensions.Length: 4, ElementDataType: TensorElementType.Float } input
                && input.Dimensions[1] is 3 or -1
                && session.OutputMetadata.Values.Any(static output => output is { Dimensions.Length: 4, ElementDataType: TensorElementType.Float }))
            {
                return new FeatureModel(session, Convert.ToHexStringLower(SHA256.HashData(stream)));
            }
        }
        catch (OnnxRuntimeException e)
        {
            throw new EvaluationException($"The feature model '{path}' can't be loaded: {OnnxPart.FirstLine(e.Message)}", e);
        }
        catch (InvalidOperationException)
        {
            // Several inputs.
        }

        session?.Dispose();
        throw new EvaluationException(
            $"The feature model '{path}' does not fit: it needs one float input [n, 3, height, width] and outputs [n, channels, height, width].");
    }

    /// <summary>The distance: 0 for equal pictures, at most 4.</summary>
    public double Distance(RgbPicture a, RgbPicture b)
    {
        PicturePair.Check(a, b, null);
        var (planes, height, width) = Prepare(a, b);
        using var options = new RunOptions();
        using var input = OrtValue.CreateTensorValueFromMemory(planes, [2, 3, height, width]);
        using var outputs = _session.Run(options, new Dictionary<string, OrtValue> { [_input] = input }, _outputs);
        return outputs.Average(Distance);
    }

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();

    private static double Distance(OrtValue features)
    {
        var shape = features.GetTensorTypeAndShape().Shape;
        int channels = (int)shape[1], positions = (int)(shape[2] * shape[3]);
        var values = features.GetTensorDataAsSpan<float>();
        var a = values[..(channels * positions)];
        var b = values[(channels * positions)..];
        double sum = 0;
        for (int p = 0; p < positions; p++)
        {
            double lengthA = Length(a, p, channels, positions), lengthB = Length(b, p, channels, positions);
            for (int c = 0; c < channels; c++)
            {
                double difference = a[c * positions + p] / lengthA - b[c * positions + p] / lengthB;
                sum += difference * difference;
            }
        }

        return sum / positions;
    }

    private static double Length(ReadOnlySpan<float> features, int position, int channels, int positions)
    {
        double sum = 0;
        for (int c = 0; c < channels; c++)
        {
            double value = features[c * positions + position];
            sum += value * value;
        }

        return Math.Sqrt(sum) + 1e-10;
    }

    private (float[] Planes, int Height, int Width) Prepare(RgbPicture a, RgbPicture b)
    {
        var dimensions = _session.InputMetadata[_input].Dimensions;
        (int height, int width) = (dimensions[2] > 0 ? dimensions[2] : a.Height, dimensions[3] > 0 ? dimensions[3] : a.Width);
        int plane = height * width;
        float[] planes = new float[2 * 3 * plane];
        foreach (var (picture, start) in new[] { (a, 0), (b, 3 * plane) })
        {
            byte[] pixels = PillowResize.Resize(picture.Pixels, picture.Height, picture.Width, height, width, PillowFilter.Bicubic);
            for (int i = 0; i < pixels.Length; i++)
            {
                planes[start + i % 3 * plane + i / 3] = (pixels[i] / 255f - Mean[i % 3]) / Std[i % 3];
            }
        }

        return (planes, height, width);
    }
}
