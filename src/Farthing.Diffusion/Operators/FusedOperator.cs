using Farthing.Diffusion.Graphs;

namespace Farthing.Diffusion.Operators;

/// <summary>
/// An operator of the domain <see cref="OperatorDomain.Name"/>: float32 inputs, float32 outputs. One that rounds gives its first output
/// as bytes, on the grid of two inputs more: a scale and an unsigned 8-bit zero point.
/// </summary>
/// <param name="name">Its type in graphs; where it rounds, <see cref="RoundingSuffix"/> follows.</param>
/// <param name="inputs">Number of inputs, without the grid; all are required.</param>
/// <param name="outputs">Number of outputs.</param>
/// <param name="rounds">Whether it rounds.</param>
internal abstract class FusedOperator(string name, int inputs, bool rounds = false, int outputs = 1)
{
    /// <summary>Ends the type of an operator that rounds.</summary>
    public const string RoundingSuffix = "ToUInt8";

    public string Name { get; } = rounds ? name + RoundingSuffix : name;

    public bool Rounds { get; } = rounds;

    public int Inputs { get; } = rounds ? inputs + 2 : inputs;

    public int Outputs { get; } = outputs;

    /// <summary>Where the grid's scale is among the inputs.</summary>
    protected int GridInput { get; } = inputs;

    /// <summary>One of <see cref="OnnxTypes"/>.</summary>
    public int InputType(int index) => Rounds && index == Inputs - 1 ? OnnxTypes.UInt8 : OnnxTypes.Float;

    /// <inheritdoc cref="InputType"/>
    public int OutputType(int index) => Rounds && index == 0 ? OnnxTypes.UInt8 : OnnxTypes.Float;

    /// <summary>Makes what one node runs.</summary>
    /// <param name="kernelInfo">The node's attributes, for <see cref="OrtNative.FloatAttribute"/> and its like.</param>
    public abstract FusedKernel CreateKernel(nint kernelInfo);

    /// <summary>Tells ONNX Runtime the outputs' shapes, as far as they are known before a run: the first input's, if nothing else is said.</summary>
    /// <param name="inferContext">For <see cref="OrtNative.CopyShape"/>.</param>
    /// <returns>ONNX Runtime's status.</returns>
    public virtual nint InferShape(nint inferContext)
    {
        nint status = 0;
        for (int i = 0; i < Outputs && status == 0; i++)
        {
            status = OrtNative.CopyShape(inferContext, output: i);
        }

        return status;
    }
}

/// <summary>One node's computation. Sessions may run it on several threads at once.</summary>
internal abstract class FusedKernel : IDisposable
{
    /// <summary>Reads the inputs and writes the outputs.</summary>
    /// <param name="context">For <see cref="OrtNative.Input"/> and its like.</param>
    public abstract void Compute(nint context);

    /// <summary>Lets go what the kernel holds, when its session is gone.</summary>
    public virtual void Dispose()
    {
    }
}
