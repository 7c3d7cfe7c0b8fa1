using Microsoft.ML.OnnxRuntime;

namespace Farthing.Bench.Plain;

/// <summary>A model with default options; every call makes its tensors anew and copies its results out.</summary>
internal sealed class PlainSession : IDisposable
{
    private readonly InferenceSession _session;

    public PlainSession(string file)
    {
        using var options = new SessionOptions();
        _session = new InferenceSession(file, options);
    }

    /// <summary>Whether the model takes a scalar under a name, rather than one value in a row.</summary>
    public bool TakesScalar(string name) => _session.InputMetadata[name].Dimensions.Length == 0;

    /// <summary>Runs the model for all its outputs, by name.</summary>
    public Dictionary<string, float[]> Run(params (string Name, Array Values, long[] Shape)[] inputs)
    {
        var given = inputs.ToDictionary(input => input.Name, input => Tensor(input.Values, input.Shape));
        try
        {
            using var options = new RunOptions();
            using var results = _session.Run(options, given, _session.OutputNames);
            return _session.OutputNames.Zip(results).ToDictionary(
                pair => pair.First, pair => pair.Second.GetTensorDataAsSpan<float>().ToArray());
        }
        finally
        {
            foreach (var tensor in given.Values)
            {
                tensor.Dispose();
            }
        }
    }

    public void Dispose() => _session.Dispose();

    private static OrtValue Tensor(Array values, long[] shape) => values switch
    {
        float[] floats => OrtValue.CreateTensorValueFromMemory(floats, shape),
        long[] ids => OrtValue.CreateTensorValueFromMemory(ids, shape),
        _ => throw new ArgumentException("Only float32 and int64 are fed.", nameof(values)),
    };
}
