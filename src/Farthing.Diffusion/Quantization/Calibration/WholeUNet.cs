using Farthing.Diffusion.Graphs;
using Farthing.Diffusion.Graphs.Onnx;
using Farthing.Diffusion.Sessions;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;

namespace Farthing.Diffusion.Quantization.Calibration;

/// <summary>Sessions of a UNet's graph after a change to it, one a shape. Safe for many threads.</summary>
/// <param name="directory">The model.</param>
/// <param name="signature">What its UNet takes.</param>
/// <param name="execution">Threads and execution provider.</param>
/// <param name="change">Changes the graph, which is read anew for each session.</param>
internal sealed class WholeUNet(
    ModelDirectory directory, UNetSignature signature, ExecutionOptions execution, Action<ModelProto> change) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<UNetShape, InferenceSession> _sessions = [];

    public UNetSignature Signature => signature;

    /// <summary>The session for one shape, made when it is first asked for.</summary>
    public InferenceSession Session(UNetShape shape)
    {
        lock (_gate)
        {
            return _sessions.TryGetValue(shape, out var session) ? session : _sessions[shape] = Create(shape);
        }
    }

    public void Dispose()
    {
        foreach (var session in _sessions.Values)
        {
            session.Dispose();
        }
    }

    private InferenceSession Create(UNetShape shape)
    {
        var model = OnnxFile.Read(directory.ModelFile("unet"));
        change(model);
        foreach (var (name, type, sizes) in signature.Inputs(shape))
        {
            OnnxFile.SetInput(model, name, (int)type, sizes, fixedShape: true);
        }

        using var options = execution.NewSessionOptions();
        options.AddSessionConfigEntry("session.model_external_initializers_file_folder_path", directory.Folder("unet"));
        options.AddSessionConfigEntry("session.disable_quant_qdq", "1");
        if (directory.ModelBytes("unet") > execution.SpecialiseUpTo)
        {
            // Prepacking copies every weight: twice the model in memory.
            options.AddSessionConfigEntry("session.disable_prepacking", "1");
        }

        byte[] bytes = model.ToByteArray();
        model.Graph = null;
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive);
        return new InferenceSession(bytes, options);
    }
}
