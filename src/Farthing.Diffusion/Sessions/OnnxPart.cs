using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Farthing.Diffusion.Sessions;

/// <summary>One part's session, with its inputs and outputs found by name, element type and rank.</summary>
internal sealed class OnnxPart : IDisposable
{
    private readonly string _part;
    private readonly List<string> _problems;

    private OnnxPart(string part, InferenceSession session, List<string> problems)
    {
        _part = part;
        Session = session;
        _problems = problems;
    }

    public InferenceSession Session { get; }

    /// <summary>Loads a part's model.onnx; null, and a problem, where ONNX Runtime refuses it.</summary>
    public static OnnxPart? Load(ModelDirectory directory, string part, ExecutionOptions execution, List<string> problems)
    {
        try
        {
            using var options = execution.NewSessionOptions();
            return new OnnxPart(part, new InferenceSession(directory.ModelFile(part), options), problems);
        }
        catch (OnnxRuntimeException e)
        {
            problems.Add($"{part}/model.onnx can't be loaded: {FirstLine(e.Message)}");
            return null;
        }
    }

    /// <summary>An input that must be there; a problem is noted where it is missing or of another kind.</summary>
    public ModelInput Input(string name, int[] ranks, params TensorElementType[] types)
    {
        if (!Session.InputMetadata.TryGetValue(name, out var node))
        {
            _problems.Add($"{_part}/model.onnx has no input '{name}'; it has {Names(Session.InputNames)}.");
            return new ModelInput(name, types[0], ranks[0]);
        }

        return Check("input", name, node, ranks, types);
    }

    /// <summary>An output that must be there.</summary>
    public ModelInput Output(string name, int[] ranks)
    {
        if (!Session.OutputMetadata.TryGetValue(name, out var node))
        {
            _problems.Add($"{_part}/model.onnx has no output '{name}'; it has {Names(Session.OutputNames)}.");
            return new ModelInput(name, TensorElementType.Float, ranks[0]);
        }

        return Check("output", name, node, ranks, [TensorElementType.Float, TensorElementType.Float16]);
    }

    /// <summary>Notes every input that nobody will give a value.</summary>
    public void RefuseOtherInputs(params string[] known)
    {
        foreach (string name in Session.InputNames.Except(known))
        {
            _problems.Add($"{_part}/model.onnx has an input '{name}' that this pipeline does not know.");
        }
    }

    public void Dispose() => Session.Dispose();

    internal static string FirstLine(string message) => message.Split('\n', 2)[0].Trim();

    private ModelInput Check(string side, string name, NodeMetadata node, int[] ranks, TensorElementType[] types)
    {
        if (!types.Contains(node.ElementDataType))
        {
            _problems.Add($"{_part}/model.onnx: {side} '{name}' is {node.ElementDataType}; {string.Join(" or ", types)} is needed.");
        }

        if (!ranks.Contains(node.Dimensions.Length))
        {
            _problems.Add($"{_part}/model.onnx: {side} '{name}' has rank {node.Dimensions.Length}; {string.Join(" or ", ranks)} is needed.");
        }

        return new ModelInput(name, node.ElementDataType, node.Dimensions.Length);
    }

    private static string Names(IEnumerable<string> names) => string.Join(", ", names);
}

/// <summary>An input or output as a model declares it.</summary>
internal sealed record ModelInput(string Name, TensorElementType ElementType, int Rank);
