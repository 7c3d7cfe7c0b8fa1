using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Farthing.Diffusion.Operators;

/// <summary>
/// <c>struct OrtCustomOp</c> of ONNX Runtime's C interface, up to the members of <see cref="OrtNative.ApiVersion"/>, and behind it
/// the handle of the managed operator that its functions call.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct NativeOperator
{
    private uint _version;
    private readonly nint _createKernel;
    private delegate* unmanaged<NativeOperator*, nint> _getName;
    private delegate* unmanaged<NativeOperator*, nint> _getProvider;
    private delegate* unmanaged<NativeOperator*, nuint, int> _getInputType;
    private delegate* unmanaged<NativeOperator*, nuint> _getInputCount;
    private delegate* unmanaged<NativeOperator*, nuint, int> _getOutputType;
    private delegate* unmanaged<NativeOperator*, nuint> _getOutputCount;
    private readonly nint _kernelCompute;
    private delegate* unmanaged<nint, void> _kernelDestroy;
    private delegate* unmanaged<NativeOperator*, nuint, int> _getInputCharacteristic;
    private delegate* unmanaged<NativeOperator*, nuint, int> _getOutputCharacteristic;
    private delegate* unmanaged<NativeOperator*, nuint, int> _getInputMemoryType;
    private delegate* unmanaged<NativeOperator*, int> _getVariadicInputMinArity;
    private delegate* unmanaged<NativeOperator*, int> _getVariadicInputHomogeneity;
    private delegate* unmanaged<NativeOperator*, int> _getVariadicOutputMinArity;
    private delegate* unmanaged<NativeOperator*, int> _getVariadicOutputHomogeneity;
    private delegate* unmanaged<NativeOperator*, nint, nint, nint*, nint> _createKernelV2;
    private delegate* unmanaged<nint, nint, nint> _kernelComputeV2;
    private delegate* unmanaged<NativeOperator*, nint, nint> _inferOutputShape;
    private delegate* unmanaged<NativeOperator*, int> _getStartVersion;
    private delegate* unmanaged<NativeOperator*, int> _getEndVersion;
    private readonly nint _getMayInplace;
    private readonly nint _releaseMayInplace;
    private readonly nint _getAliasMap;
    private readonly nint _releaseAliasMap;

    private nint _name;
    private GCHandle _operator;

    /// <summary>Makes the native side of an operator. It is never freed: sessions of the whole process point to it.</summary>
    public static NativeOperator* Create(FusedOperator op)
    {
        var native = (NativeOperator*)NativeMemory.AllocZeroed((nuint)sizeof(NativeOperator));
        native->_version = OrtNative.ApiVersion;
        native->_name = Marshal.StringToCoTaskMemUTF8(op.Name);
        native->_operator = GCHandle.Alloc(op);
        native->_getName = &GetName;
        native->_getProvider = &GetProvider;
        native->_getInputType = &GetInputType;
        native->_getInputCount = &GetInputCount;
        native->_getOutputType = &GetOutputType;
        native->_getOutputCount = &GetOutputCount;
        native->_kernelDestroy = &DestroyKernel;
        native->_getInputCharacteristic = &GetZero;
        native->_getOutputCharacteristic = &GetZero;
        native->_getInputMemoryType = &GetZero;
        native->_getVariadicInputMinArity = &GetOne;
        native->_getVariadicInputHomogeneity = &GetOne;
        native->_getVariadicOutputMinArity = &GetOne;
        native->_getVariadicOutputHomogeneity = &GetOne;
        native->_createKernelV2 = &CreateKernel;
        native->_kernelComputeV2 = &Compute;
        native->_inferOutputShape = &InferShape;
        native->_getStartVersion = &GetOne;
        native->_getEndVersion = &GetMaxVersion;
        return native;
    }

    [UnmanagedCallersOnly]
    private static nint GetName(NativeOperator* op) => op->_name;

    /// <summary>No name stands for the CPU.</summary>
    [UnmanagedCallersOnly]
    private static nint GetProvider(NativeOperator* op) => 0;

    [UnmanagedCallersOnly]
    private static int GetInputType(NativeOperator* op, nuint index) => Managed(op).InputType((int)index);

    [UnmanagedCallersOnly]
    private static int GetOutputType(NativeOperator* op, nuint index) => Managed(op).OutputType((int)index);

    [UnmanagedCallersOnly]
    private static nuint GetInputCount(NativeOperator* op) => (nuint)Managed(op).Inputs;

    [UnmanagedCallersOnly]
    private static nuint GetOutputCount(NativeOperator* op) => (nuint)Managed(op).Outputs;

    /// <summary>Required, and in the processor's memory.</summary>
    [UnmanagedCallersOnly]
    private static int GetZero(NativeOperator* op, nuint index) => 0;

    [UnmanagedCallersOnly]
    private static int GetOne(NativeOperator* op) => 1;

    [UnmanagedCallersOnly]
    private static int GetMaxVersion(NativeOperator* op) => int.MaxValue;

    [UnmanagedCallersOnly]
    private static nint InferShape(NativeOperator* op, nint context) => Managed(op).InferShape(context);

    [UnmanagedCallersOnly]
    private static nint CreateKernel(NativeOperator* op, nint api, nint info, nint* kernel)
    {
        try
        {
            *kernel = GCHandle.ToIntPtr(GCHandle.Alloc(Managed(op).CreateKernel(info)));
            return 0;
        }
        catch (Exception e)
        {
            return OrtNative.Failure($"{Managed(op).Name}: {e.Message}");
        }
    }

    /// <summary>An exception must not reach native frames: it becomes a status, which the caller of the session gets.</summary>
    [UnmanagedCallersOnly]
    private static nint Compute(nint kernel, nint context)
    {
        var managed = Unsafe.As<FusedKernel>(GCHandle.FromIntPtr(kernel).Target!);
        try
        {
            managed.Compute(context);
            return 0;
        }
        catch (Exception e)
        {
            return OrtNative.Failure($"{managed.GetType().Name}: {e.Message}");
        }
    }

    [UnmanagedCallersOnly]
    private static void DestroyKernel(nint kernel)
    {
        var handle = GCHandle.FromIntPtr(kernel);
        Unsafe.As<FusedKernel>(handle.Target!).Dispose();
        handle.Free();
    }

    private static FusedOperator Managed(NativeOperator* op) => Unsafe.As<FusedOperator>(op->_operator.Target!);
}
