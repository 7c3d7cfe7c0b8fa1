namespace Farthing.Diffusion.Operators;

/// <summary>An operator of the domain <see cref="OperatorDomain.Name"/>: float32 inputs, one float32 output.</summary>
/// <param name="name">Its type in graphs.</param>
/// <param name="inputs">Number of inputs; all are required.</param>
internal abstract class FusedOperator(string name, int inputs)
{
    public string Name { get; } = name;

    public int Inputs { get; } = inputs;

    /// <summary>Makes what one node runs.</summary>
    /// <param name="kernelInfo">The node's attributes, for <see cref="OrtNative.FloatAttribute"/> and its like.</param>
    public abstract FusedKernel CreateKernel(nint kernelInfo);

    /// <summary>Tells ONNX Runtime the output's shape, as far as it is known before a run: the first input's, if nothing else is said.</summary>
    /// <param name="inferContext">For <see cref="OrtNative.CopyShape"/>.</param>
    /// <returns>ONNX Runtime's status.</returns>
    public virtual nint InferShape(nint inferContext) => OrtNative.CopyShape(inferContext);
}

/// <summary>One node's computation. Sessions may run it on several threads at once.</summary>
internal abstract class FusedKernel : IDisposable
{
    /// <summary>Reads the inputs and writes the output.</summary>
    /// <param name="context">For <see cref="OrtNative.Input"/> and its like.</param>
    public abstract void Compute(nint context);

    /// <summary>Lets go what the kernel holds, when its session is gone.</summary>
    public virtual void Dispose()
    {
    }
}
