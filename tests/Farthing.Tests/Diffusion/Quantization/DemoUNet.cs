using Farthing.Diffusion.Graphs;
using Farthing.Diffusion.Graphs.Onnx;
using Farthing.Diffusion.Quantization;
using Farthing.Tests.Goldens;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Farthing.Tests.Diffusion.Quantization;

/// <summary>The demo UNet, its ranges over a few timesteps of a reference sample, and what it gives, made once for all tests.</summary>
public sealed class DemoUNet : IDisposable
{
    private static readonly float[] Timesteps = [999, 700, 400, 100, 20];
    private readonly Lazy<QuantizationRecipe> _recipe;
    private readonly Lazy<string> _int8;
    private readonly Lazy<float[]> _expected;

    public DemoUNet()
    {
        _recipe = new(() => new QuantizationRecipe { Ranges = Collect() });
        _int8 = new(() =>
        {
            string folder = NewFolder();
            Report = Int8ModelWriter.Write(ModelPath, folder, _recipe.Value, null, TestContext.Current.CancellationToken);
            return folder;
        });
        _expected = new(() => Run(ModelPath));
    }

    public static string ModelPath { get; } = Path.Combine(Golden.DemoModel, "unet", "model.onnx");

    internal QuantizationRecipe Recipe => _recipe.Value;

    /// <summary>A folder with both int8 forms.</summary>
    internal string Int8 => _int8.Value;

    internal Int8WriteReport Report { get; private set; } = null!;

    private readonly List<string> _folders = [];

    public string NewFolder()
    {
        string folder = Directory.CreateTempSubdirectory("farthing-quantization-").FullName;
        _folders.Add(folder);
        return folder;
    }

    /// <summary>‖a − b‖ / ‖b‖ against the float model, at a timestep that no range was collected at.</summary>
    public double Error(string model)
    {
        float[] actual = Run(model), expected = _expected.Value;
        double difference = 0, norm = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            difference += Math.Pow(actual[i] - expected[i], 2);
            norm += Math.Pow(expected[i], 2);
        }

        return Math.Sqrt(difference / norm);
    }

    public static float[] Run(string model, float timestep = 550)
    {
        using var options = new SessionOptions { IntraOpNumThreads = 1, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        using var session = new InferenceSession(model, options);
        using var results = session.Run(Feeds(timestep), ["out_sample"]);
        return [.. results[0].AsEnumerable<float>()];
    }

    public void Dispose()
    {
        foreach (string folder in _folders)
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>The reference sample, quieter as the timestep falls, as a picture in the making is.</summary>
    private static List<NamedOnnxValue> Feeds(float timestep)
    {
        var parts = Golden.Tensors("pipeline", "parts.safetensors");
        float[] first = parts.Values<float>("hidden"), second = parts.Values<float>("hidden_2");
        float[] states = [.. Enumerable.Range(0, 77).SelectMany(i => first.Skip(i * 128).Take(128).Concat(second.Skip(i * 192).Take(192)))];
        float[] sample = [.. parts.Values<float>("unet_sample").Select(v => v * (0.7f + (timestep / 3300)))];
        return
        [
            Value("sample", sample, 1, 4, 16, 16),
            Value("timestep", [timestep]),
            Value("encoder_hidden_states", states, 1, 77, 320),
            Value("text_embeds", parts.Values<float>("pooled_2")[..192], 1, 192),
            Value("time_ids", [128, 128, 0, 0, 128, 128], 1, 6),
        ];
    }

    private static NamedOnnxValue Value(string name, float[] values, params int[] dims) =>
        NamedOnnxValue.CreateFromTensor(name, new DenseTensor<float>(values, dims));

    /// <summary>The least and the greatest value of every tensor that a recipe may ask for.</summary>
    private static Dictionary<string, ActivationRange> Collect()
    {
        var model = OnnxFile.Read(ModelPath);
        var (targets, _) = QuantizationTargets.Find(model.Graph);
        var names = targets.Select(t => t.Input).Concat(targets.Where(t => t.Kind == TargetKind.Convolution).Select(t => t.Output))
            .Concat(SkipConcats.Find(model.Graph, targets).SelectMany(c => c.Halves)).ToHashSet(StringComparer.Ordinal);
        names.Remove("encoder_hidden_states");
        model.Graph.Output.AddRange(names.Select(name => new ValueInfoProto { Name = name }));
        using var session = new InferenceSession(model.ToByteArray());
        var ranges = new Dictionary<string, ActivationRange>(StringComparer.Ordinal);
        foreach (float timestep in Timesteps)
        {
            var feeds = Feeds(timestep);
            using var results = session.Run(feeds, names);
            foreach (var value in results.Append(feeds[2]))
            {
                float[] values = [.. value.AsEnumerable<float>()];
                var before = ranges.GetValueOrDefault(value.Name);
                ranges[value.Name] = new ActivationRange(Math.Min(before.Min, values.Min()), Math.Max(before.Max, values.Max()));
            }
        }

        return ranges;
    }
}

[CollectionDefinition(nameof(DemoUNet))]
public sealed class DemoUNetShared : ICollectionFixture<DemoUNet>;
