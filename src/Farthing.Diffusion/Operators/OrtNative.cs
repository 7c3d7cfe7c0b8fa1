using System.Runtime.InteropServices;
using System.Text.Unicode;
using Farthing.Diffusion.Graphs;

namespace Farthing.Diffusion.Operators;

/// <summary>
/// The functions of ONNX Runtime's C interface that operators written in C# need and that its .NET package keeps to itself.
/// The interface is a table of function pointers to which versions only append, so an index holds for all later ones;
/// the order is that of <c>struct OrtApi</c> in onnxruntime_c_api.h.
/// </summary>
internal static unsafe partial class OrtNative
{
    /// <summary>The version of the interface that is asked for: the first that has all of the functions below.</summary>
    public const int ApiVersion = 17;

    /// <summary>The most dimensions of a tensor that an operator reads.</summary>
    public const int MaxRank = 8;

    private const int NameLength = 40;

    private static readonly nint* Api = Table();

    private static long _namedSizes;

    /// <summary>Says that a tensor is in the processor's memory; one a process.</summary>
    private static readonly nint CpuMemory = CreateCpuMemory();

    /// <summary>A failed call's status, to be given back to ONNX Runtime, which then throws it at the caller of the session.</summary>
    public static nint Failure(string message)
    {
        const int fail = 1;
        nint text = Marshal.StringToCoTaskMemUTF8(message);
        nint status = ((delegate* unmanaged<int, nint, nint>)Api[0])(fail, text);
        Marshal.FreeCoTaskMem(text);
        return status;
    }

    /// <summary>Makes an empty domain of operators.</summary>
    public static nint CreateDomain(string name)
    {
        nint text = Marshal.StringToCoTaskMemUTF8(name), domain;
        Check(((delegate* unmanaged<nint, nint*, nint>)Api[26])(text, &domain));
        Marshal.FreeCoTaskMem(text);
        return domain;
    }

    /// <summary>Adds an operator, which must live as long as the domain.</summary>
    public static void AddToDomain(nint domain, NativeOperator* op) =>
        Check(((delegate* unmanaged<nint, NativeOperator*, nint>)Api[27])(domain, op));

    /// <summary>Gives a domain to the sessions that are made with some options.</summary>
    public static void AddDomain(nint sessionOptions, nint domain) =>
        Check(((delegate* unmanaged<nint, nint, nint>)Api[28])(sessionOptions, domain));

    /// <summary>A node's attribute; <paramref name="otherwise"/> where it has none.</summary>
    public static float FloatAttribute(nint kernelInfo, ReadOnlySpan<byte> name, float otherwise)
    {
        float value;
        fixed (byte* text = name)
        {
            nint status = ((delegate* unmanaged<nint, byte*, float*, nint>)Api[85])(kernelInfo, text, &value);
            return Release(status) ? otherwise : value;
        }
    }

    /// <inheritdoc cref="FloatAttribute"/>
    public static long IntegerAttribute(nint kernelInfo, ReadOnlySpan<byte> name, long otherwise)
    {
        long value;
        fixed (byte* text = name)
        {
            nint status = ((delegate* unmanaged<nint, byte*, long*, nint>)Api[86])(kernelInfo, text, &value);
            return Release(status) ? otherwise : value;
        }
    }

    /// <summary>An input's tensor.</summary>
    public static nint Input(nint context, int index)
    {
        nint value;
        Check(((delegate* unmanaged<nint, nuint, nint*, nint>)Api[90])(context, (nuint)index, &value));
        return value;
    }

    /// <summary>Makes an output's tensor.</summary>
    public static nint Output(nint context, int index, ReadOnlySpan<long> shape)
    {
        nint value;
        fixed (long* sizes = shape)
        {
            Check(((delegate* unmanaged<nint, nuint, long*, nuint, nint*, nint>)Api[91])(context, (nuint)index, sizes, (nuint)shape.Length, &value));
        }

        return value;
    }

    /// <summary>A tensor's elements.</summary>
    public static void* Data(nint value)
    {
        void* data;
        Check(((delegate* unmanaged<nint, void**, nint>)Api[51])(value, &data));
        return data;
    }

    /// <summary>Writes a tensor's sizes into <paramref name="shape"/> and gives its rank.</summary>
    public static int Shape(nint value, Span<long> shape)
    {
        nint info;
        nuint rank;
        Check(((delegate* unmanaged<nint, nint*, nint>)Api[65])(value, &info));
        Check(((delegate* unmanaged<nint, nuint*, nint>)Api[61])(info, &rank));
        fixed (long* sizes = shape)
        {
            Check(((delegate* unmanaged<nint, long*, nuint, nint>)Api[62])(info, sizes, Math.Min(rank, (nuint)shape.Length)));
        }

        ((delegate* unmanaged<nint, void>)Api[99])(info);
        return (int)rank;
    }

    /// <summary>Runs <paramref name="body"/>(state, i) for i from 0 to count - 1 on the session's own threads.</summary>
    public static void ParallelFor(nint context, delegate* unmanaged<void*, nuint, void> body, int count, void* state) =>
        Check(((delegate* unmanaged<nint, delegate* unmanaged<void*, nuint, void>, nuint, nuint, void*, nint>)Api[274])(
            context, body, (nuint)count, 0, state));

    /// <summary>
    /// Says, while shapes are inferred, that an output has the shape of the first input, one size halved where
    /// <paramref name="halvedAxis"/> says so. A size that nobody knows would become the number -1: it is given a name of its own. Where
    /// not even the rank is known, nothing is said.
    /// </summary>
    public static nint CopyShape(nint inferContext, long? halvedAxis = null, int output = 0)
    {
        nint info;
        nuint rank = 0;
        nint status = ((delegate* unmanaged<nint, nuint, nint*, nint>)Api[268])(inferContext, 0, &info);
        status = status != 0 ? status : ((delegate* unmanaged<nint, nuint*, nint>)Api[61])(info, &rank);
        if (status != 0 || rank == 0 || rank > MaxRank)
        {
            return status;
        }

        long* sizes = stackalloc long[MaxRank];
        byte** names = stackalloc byte*[MaxRank];
        byte* own = stackalloc byte[MaxRank * NameLength];
        status = ((delegate* unmanaged<nint, long*, nuint, nint>)Api[62])(info, sizes, rank);
        status = status != 0 ? status : ((delegate* unmanaged<nint, byte**, nuint, nint>)Api[63])(info, names, rank);
        nuint halved = halvedAxis is { } axis ? (nuint)(axis < 0 ? axis + (long)rank : axis) : rank;
        for (nuint i = 0; status == 0 && i < rank; i++)
        {
            if (sizes[i] < 0 && (*names[i] == 0 || i == halved))
            {
                names[i] = own + i * NameLength;
                Utf8.TryWrite(new Span<byte>(names[i], NameLength), $"farthing/size/{Interlocked.Increment(ref _namedSizes)}\0", out _);
            }
        }

        if (status == 0 && halved < rank && sizes[halved] > 0)
        {
            sizes[halved] /= 2;
            status = ((delegate* unmanaged<nint, long*, nuint, nint>)Api[59])(info, sizes, rank);
        }

        status = status != 0 ? status : ((delegate* unmanaged<nint, byte**, nuint, nint>)Api[271])(info, names, rank);
        return status != 0 ? status : ((delegate* unmanaged<nint, nuint, nint, nint>)Api[270])(inferContext, (nuint)output, info);
    }

    /// <summary>A node's attribute, while shapes are inferred; <paramref name="otherwise"/> where it has none.</summary>
    public static long InferenceAttribute(nint inferContext, ReadOnlySpan<byte> name, long otherwise)
    {
        const int integer = 1;
        nint attribute;
        long value;
        nuint length;
        fixed (byte* text = name)
        {
            nint status = ((delegate* unmanaged<nint, byte*, nint*, nint>)Api[269])(inferContext, text, &attribute);
            return !Release(status)
                && !Release(((delegate* unmanaged<nint, int, void*, nuint, nuint*, nint>)Api[272])(attribute, integer, &value, sizeof(long), &length))
                ? value
                : otherwise;
        }
    }

    /// <summary>One of ONNX Runtime's own operators, to be run inside another; it lives as long as the kernel that made it.</summary>
    /// <param name="kernelInfo">The node that will run it.</param>
    /// <param name="name">Its type.</param>
    /// <param name="version">Its operator set.</param>
    /// <param name="typeNames">Names of its type constraints, each ended by a zero byte.</param>
    /// <param name="types">Their element types.</param>
    /// <param name="inputs">Number of inputs.</param>
    public static nint CreateOperator(
        nint kernelInfo, ReadOnlySpan<byte> name, int version, ReadOnlySpan<nint> typeNames, ReadOnlySpan<int> types, int inputs)
    {
        nint op;
        byte domain = 0;
        fixed (byte* text = name)
        fixed (nint* names = typeNames)
        fixed (int* elements = types)
        {
            Check(((delegate* unmanaged<nint, byte*, byte*, int, nint*, int*, int, nint, int, int, int, nint*, nint>)Api[213])(
                kernelInfo, text, &domain, version, names, elements, types.Length, 0, 0, inputs, 1, &op));
        }

        return op;
    }

    /// <summary>Runs an operator on tensors, with the session's threads.</summary>
    public static void Invoke(nint context, nint op, ReadOnlySpan<nint> inputs, nint output)
    {
        fixed (nint* values = inputs)
        {
            Check(((delegate* unmanaged<nint, nint, nint*, int, nint*, int, nint>)Api[214])(context, op, values, inputs.Length, &output, 1));
        }
    }

    /// <summary>Lets an operator go.</summary>
    public static void ReleaseOperator(nint op) => ((delegate* unmanaged<nint, void>)Api[215])(op);

    /// <summary>A tensor over memory that stays the caller's.</summary>
    /// <param name="data">The elements.</param>
    /// <param name="bytes">Their length in bytes.</param>
    /// <param name="shape">Sizes.</param>
    /// <param name="elementType">One of <see cref="OnnxTypes"/>: the C interface has the same numbers.</param>
    public static nint Wrap(void* data, nuint bytes, ReadOnlySpan<long> shape, int elementType)
    {
        nint value;
        fixed (long* sizes = shape)
        {
            Check(((delegate* unmanaged<nint, void*, nuint, long*, nuint, int, nint*, nint>)Api[49])(
                CpuMemory, data, bytes, sizes, (nuint)shape.Length, elementType, &value));
        }

        return value;
    }

    /// <summary>Lets a tensor go that <see cref="Wrap"/> made.</summary>
    public static void ReleaseTensor(nint value) => ((delegate* unmanaged<nint, void>)Api[96])(value);

    private static nint CreateCpuMemory()
    {
        nint info;
        Check(((delegate* unmanaged<int, int, nint*, nint>)Api[69])(0, 0, &info));
        return info;
    }

    private static void Check(nint status)
    {
        if (status == 0)
        {
            return;
        }

        string message = Marshal.PtrToStringUTF8(((delegate* unmanaged<nint, nint>)Api[2])(status)) ?? "";
        Release(status);
        throw new InvalidOperationException($"ONNX Runtime refused a call of an operator: {message}");
    }

    private static bool Release(nint status)
    {
        if (status != 0)
        {
            ((delegate* unmanaged<nint, void>)Api[93])(status);
        }

        return status != 0;
    }

    private static nint* Table()
    {
        nint* apiBase = OrtGetApiBase();
        var table = (nint*)((delegate* unmanaged<uint, nint>)apiBase[0])(ApiVersion);
        return table is not null
            ? table
            : throw new InvalidOperationException($"ONNX Runtime is older than its C interface {ApiVersion}, which Farthing's operators need.");
    }

    [LibraryImport("onnxruntime")]
    private static partial nint* OrtGetApiBase();
}
