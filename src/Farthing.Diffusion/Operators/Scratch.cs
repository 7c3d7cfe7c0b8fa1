using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace Farthing.Diffusion.Operators;

/// <summary>
/// Native memory for the length of an operator's call, kept for the next one: a call allocates nothing once each lane has had its
/// largest. Contents are not cleared.
/// </summary>
internal sealed unsafe class Scratch
{
    private const nuint Alignment = 64;

    private static readonly ConcurrentStack<Scratch> Idle = new();

    private nuint _length;

    private Scratch()
    {
    }

    ~Scratch() => NativeMemory.AlignedFree(Address);

    /// <summary>The memory, aligned for 512-bit registers.</summary>
    public void* Address { get; private set; }

    /// <summary>Takes at least <paramref name="bytes"/> of memory.</summary>
    public static Scratch Rent(nuint bytes)
    {
        var scratch = Idle.TryPop(out var idle) ? idle : new Scratch();
        if (scratch._length < bytes)
        {
            NativeMemory.AlignedFree(scratch.Address);
            scratch.Address = null;
            scratch._length = 0;
            scratch.Address = NativeMemory.AlignedAlloc(bytes, Alignment);
            scratch._length = bytes;
        }

        return scratch;
    }

    /// <summary>Gives memory back. There is as much of it as calls ever ran at once.</summary>
    public static void Return(Scratch scratch) => Idle.Push(scratch);
}
