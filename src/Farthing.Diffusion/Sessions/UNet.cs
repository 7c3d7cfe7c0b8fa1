using Farthing.Diffusion.Graphs;
using Farthing.Diffusion.Operators;
using Farthing.Diffusion.Operators.Attention;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;

namespace Farthing.Diffusion.Sessions;

/// <summary>
/// The UNet, cut into a prologue that runs once a picture and a body that runs at every step. Safe for many threads;
/// each makes its own <see cref="UNetRun"/>.
/// </summary>
internal sealed class UNet : IDisposable
{
    /// <summary>Shapes that are compiled apart; further ones share a session for any shape.</summary>
    private const int MaxSpecialised = 4;

    /// <summary>
    /// Latent cells from which on the fused attention of int8 models is faster than ONNX Runtime's: below, rounding to integers
    /// costs what the products save.
    /// </summary>
    private const int LeastFusedCells = 32 * 32;

    private static readonly HashSet<string> Changing = new(StringComparer.Ordinal) { "sample", "timestep" };

    private readonly ModelDirectory _directory;
    private readonly ExecutionOptions _execution;
    private readonly bool _specialise;
    private readonly Lock _gate = new();
    private readonly Dictionary<UNetShape, InferenceSession> _bodies = [];
    private InferenceSession? _anyShape;

    private UNet(ModelDirectory directory, ExecutionOptions execution, UNetSignature signature, StepInvariantSplit.Halves? halves)
    {
        _directory = directory;
        _execution = execution;
        Signature = signature;
        _specialise = directory.ModelBytes("unet") <= execution.SpecialiseUpTo;
        if (halves is not null)
        {
            Cut = halves.Cut;
            Prologue = NewSession(halves.Prologue);
        }
    }

    public UNetSignature Signature { get; }

    /// <summary>Names that the prologue gives and the body takes; empty where the graph could not be cut.</summary>
    public IReadOnlyList<string> Cut { get; } = [];

    public InferenceSession? Prologue { get; }

    /// <summary>Loads the UNet; null, with problems noted, where it can't be run.</summary>
    public static UNet? Load(ModelDirectory directory, ExecutionOptions execution, List<string> problems)
    {
        try
        {
            var model = Tidy(directory);
            int before = problems.Count;
            var signature = UNetSignature.Read(model.Graph, directory, problems);
            return problems.Count > before
                ? null
                : new UNet(directory, execution, signature, StepInvariantSplit.Split(model, Changing));
        }
        catch (Exception e) when (e is InvalidDataException or IOException or OnnxRuntimeException)
        {
            problems.Add($"unet/model.onnx can't be loaded: {OnnxPart.FirstLine(e.Message)}");
            return null;
        }
    }

    /// <summary>
    /// The session for one shape. <paramref name="cut"/> are the prologue's outputs for that shape, whose sizes
    /// the body's inputs take.
    /// </summary>
    public InferenceSession Body(UNetShape shape, IReadOnlyList<ModelTensor> cut)
    {
        lock (_gate)
        {
            if (_bodies.TryGetValue(shape, out var body))
            {
                return body;
            }

            bool specialise = _specialise && _bodies.Count < MaxSpecialised;
            body = specialise
                ? _bodies[shape] = Compile(shape, cut, fixedShape: true)
                : _anyShape ??= Compile(shape, cut, fixedShape: false);

            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive);
            return body;
        }
    }

    public void Dispose()
    {
        Prologue?.Dispose();
        _anyShape?.Dispose();
        foreach (var body in _bodies.Values)
        {
            body.Dispose();
        }
    }

    private static Graphs.Onnx.ModelProto Tidy(ModelDirectory directory)
    {
        var model = OnnxFile.Read(directory.ModelFile("unet"));
        ZeroScoreRemoval.Apply(model.Graph);
        return model;
    }

    private InferenceSession Compile(UNetShape shape, IReadOnlyList<ModelTensor> cut, bool fixedShape)
    {
        // The graph is read again rather than kept: its weights would be held twice.
        var model = Tidy(_directory);
        model = Cut.Count > 0 ? StepInvariantSplit.Split(model, Changing)!.Body : model;
        foreach (var tensor in Cut.Zip(cut))
        {
            OnnxFile.SetInput(model, tensor.First, (int)tensor.Second.ElementType, tensor.Second.Shape, fixedShape);
        }

        if (_directory.Precision == ModelPrecision.Int8 && (!fixedShape || shape.Height * shape.Width >= LeastFusedCells))
        {
            FusedAttentionRewrite.Apply(model);
        }

        if (_execution.RunsOwnOperators)
        {
            OperatorRewrites.Apply(model);
        }

        if (fixedShape)
        {
            foreach (var (name, type, sizes) in Signature.Inputs(shape))
            {
                if (model.Graph.Input.Any(i => i.Name == name))
                {
                    OnnxFile.SetInput(model, name, (int)type, sizes, fixedShape: true);
                }
            }
        }

        return NewSession(model);
    }

    private InferenceSession NewSession(Graphs.Onnx.ModelProto model)
    {
        using var options = _execution.NewSessionOptions();
        OperatorDomain.RegisterWhereUsed(model, options);
        options.AddSessionConfigEntry("session.model_external_initializers_file_folder_path", _directory.Folder("unet"));
        byte[] bytes = model.ToByteArray();

        // The parsed graph is as large as the model, and ONNX Runtime is about to make its own copy: give it back now, and
        // the serialised one as soon as it is read. Once a shape, so the collections cost nothing that is felt.
        model.Graph = null;
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive);
        using var clock = OrtClock.Begin();
        var session = new InferenceSession(bytes, options);
        return session;
    }
}
