using Farthing.Diffusion.Graphs;
using Farthing.Diffusion.Graphs.Onnx;
using Farthing.Diffusion.Operators.Activations;
using Farthing.Diffusion.Operators.Attention;
using Farthing.Diffusion.Operators.Norms;
using Microsoft.ML.OnnxRuntime;

namespace Farthing.Diffusion.Operators;

/// <summary>
/// Farthing's own operators, written in C# and registered with ONNX Runtime. They are put into graphs when a session is made and
/// never stored in a file: a model directory stays a model for any runtime.
/// </summary>
internal static unsafe class OperatorDomain
{
    public const string Name = "farthing";

    private static readonly Lazy<nint> Domain = new(Create);

    /// <summary>Makes the operators known to sessions of these options.</summary>
    public static void Register(SessionOptions options) => OrtNative.AddDomain(options.DangerousGetHandle(), Domain.Value);

    /// <summary>Makes the operators known to a session when its model has some of them.</summary>
    public static void RegisterWhereUsed(ModelProto model, SessionOptions options)
    {
        if (model.OpsetImport.Any(import => import.Domain == Name))
        {
            Register(options);
        }
    }

    /// <summary>Lets a graph use the domain.</summary>
    public static void Import(ModelProto model) => OnnxFile.Import(model, Name);

    /// <summary>One domain a process, never released: a session may outlive whatever would own it.</summary>
    private static nint Create()
    {
        nint domain = OrtNative.CreateDomain(Name);
        foreach (var op in new FusedOperator[] { new FusedAttention(), new FusedGeglu(), new FusedGroupNorm() })
        {
            OrtNative.AddToDomain(domain, NativeOperator.Create(op));
        }

        return domain;
    }
}
