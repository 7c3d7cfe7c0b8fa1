using System.Diagnostics;
using Farthing.Bench.Renders;
using Farthing.Diffusion.Graphs.Onnx;
using Farthing.Diffusion.Operators;
using Farthing.Diffusion.Randomness;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;

namespace Farthing.Bench.Int8;

/// <summary>A graph ready to run, on inputs that a seed makes.</summary>
internal sealed class PartSession : IDisposable
{
    private readonly InferenceSession _session;
    private readonly RunOptions _run = new();
    private readonly Dictionary<string, OrtValue> _inputs;
    private readonly string[] _outputs;

    /// <summary>Makes a session.</summary>
    /// <param name="model">The graph; its inputs get the sizes below, and it is emptied.</param>
    /// <param name="folder">Where its external data lie.</param>
    /// <param name="sizes">Sizes of the inputs.</param>
    /// <param name="threads">Threads of a run.</param>
    /// <param name="profile">Where to write a profile; null for none.</param>
    /// <param name="prepack">Whether weights are laid out anew for the kernels, which takes a copy of them.</param>
    /// <param name="given">Inputs whose values are known; the session takes them over.</param>
    public PartSession(
        ModelProto model,
        string folder,
        IReadOnlyDictionary<string, long[]> sizes,
        int threads,
        string? profile = null,
        bool prepack = true,
        IReadOnlyDictionary<string, OrtValue>? given = null)
    {
        given ??= new Dictionary<string, OrtValue>();
        foreach (var input in model.Graph.Input)
        {
            var type = new TypeProto.Types.TensorType { ElemType = 1, Shape = new TensorShapeProto() };
            type.Shape.Dim.AddRange(Sizes(input.Name).Select(size => new TensorShapeProto.Types.Dimension { DimValue = size }));
            input.Type = new TypeProto { TensorType = type };
        }

        using var options = new SessionOptions
        {
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            IntraOpNumThreads = threads,
            InterOpNumThreads = 1,
            EnableMemoryPattern = false,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
        options.AddSessionConfigEntry("session.model_external_initializers_file_folder_path", folder);
        if (!prepack)
        {
            options.AddSessionConfigEntry("session.disable_prepacking", "1");
        }

        if (profile is not null)
        {
            // Enabling takes the prefix as it is then.
            options.ProfileOutputPathPrefix = profile;
            options.EnableProfiling = true;
        }

        OperatorDomain.RegisterWhereUsed(model, options);
        _outputs = [.. model.Graph.Output.Select(o => o.Name)];
        var generator = new TorchGenerator(11);
        _inputs = model.Graph.Input.ToDictionary(i => i.Name, i => given.GetValueOrDefault(i.Name) ?? Value(i.Name, sizes[i.Name], generator), StringComparer.Ordinal);
        byte[] bytes = model.ToByteArray();
        model.Graph = null;
        _session = new InferenceSession(bytes, options);

        long[] Sizes(string input) => given.TryGetValue(input, out var value) ? value.GetTensorTypeAndShape().Shape : sizes[input];
    }

    /// <summary>Runs once and gives wall time and the calling thread's processor time in milliseconds.</summary>
    public (double Wall, double Cpu) Run()
    {
        long cpu = ThreadCpu.Nanoseconds();
        var wall = Stopwatch.StartNew();
        using var results = _session.Run(_run, _inputs, _outputs);
        return (wall.Elapsed.TotalMilliseconds, (ThreadCpu.Nanoseconds() - cpu) / 1e6);
    }

    /// <summary>Runs once and gives the outputs.</summary>
    public float[][] Outputs()
    {
        using var results = _session.Run(_run, _inputs, _outputs);
        return [.. results.Select(value => value.GetTensorDataAsSpan<float>().ToArray())];
    }

    /// <summary>Runs once and gives the outputs by name, which are the caller's then.</summary>
    public Dictionary<string, OrtValue> Values() =>
        _outputs.Zip(_session.Run(_run, _inputs, _outputs)).ToDictionary(static p => p.First, static p => p.Second, StringComparer.Ordinal);

    /// <summary>Ends profiling and gives the profile's path.</summary>
    public string EndProfile() => _session.EndProfiling();

    public void Dispose()
    {
        _session.Dispose();
        _run.Dispose();
        foreach (var value in _inputs.Values)
        {
            value.Dispose();
        }
    }

    private static OrtValue Value(string name, long[] sizes, TorchGenerator generator)
    {
        float[] values = new float[sizes.Aggregate(1L, (a, b) => a * b)];
        if (name == "timestep")
        {
            values[0] = 500;
        }
        else if (name == "time_ids")
        {
            float side = 1024;
            new[] { side, side, 0, 0, side, side }.CopyTo(values, 0);
        }
        else
        {
            generator.FillNormal(values);
        }

        return OrtValue.CreateTensorValueFromMemory(values, sizes);
    }
}
