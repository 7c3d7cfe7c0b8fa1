using Farthing.Diffusion.Graphs.Onnx;
using Farthing.Diffusion.Operators.Activations;
using Farthing.Diffusion.Operators.Norms;
using Farthing.Diffusion.Operators.Rounding;

namespace Farthing.Diffusion.Operators;

/// <summary>Puts every exact operator of <see cref="OperatorDomain"/> into a graph; attention in 8 bits is a choice of its own.</summary>
internal static class OperatorRewrites
{
    /// <summary>Rewrites in place. Bytes come last: they may end any of the operators before.</summary>
    public static void Apply(ModelProto model)
    {
        GegluRewrite.Apply(model);
        GroupNormRewrite.Apply(model);
        LayerNormRewrite.Apply(model);
        RoundedOutputRewrite.Apply(model);
    }
}
