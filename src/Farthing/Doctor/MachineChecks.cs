using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace Farthing.Doctor;

/// <summary>The runtime, the native libraries, the cores and the memory.</summary>
internal static class MachineChecks
{
    private const long LeastMemory = 1_000_000_000;

    /// <summary>Looks at this machine.</summary>
    public static IEnumerable<Check> Run()
    {
        yield return Check.Ok("runtime", $"{RuntimeInformation.FrameworkDescription} on {RuntimeInformation.RuntimeIdentifier}");
        yield return OnnxRuntime();
        yield return Libvips();
        long memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        string machine = $"{Environment.ProcessorCount} cores, {Bytes.Text(memory)} of memory for this process";
        yield return memory >= LeastMemory
            ? Check.Ok("machine", machine)
            : Check.Warning("machine", machine, "A model needs its files' size and 200 MB more. Raise the limit, or render a small model with --lanes 1.");
    }

    private static Check OnnxRuntime()
    {
        try
        {
            return Check.Ok("ONNX Runtime", OrtEnv.Instance().GetVersionString());
        }
        catch (Exception e) when (IsLoadFailure(e))
        {
            return Check.Problem("ONNX Runtime", $"It can't be loaded: {e.Message}", "Publish for this machine's runtime identifier, or restore the packages again.");
        }
    }

    private static Check Libvips()
    {
        try
        {
            return NetVips.ModuleInitializer.VipsInitialized
                ? Check.Ok("libvips", $"{NetVips.NetVips.Version(0)}.{NetVips.NetVips.Version(1)}.{NetVips.NetVips.Version(2)}")
                : Missing(NetVips.ModuleInitializer.Exception?.Message ?? "unknown reason");
        }
        catch (Exception e) when (IsLoadFailure(e))
        {
            return Missing(e.Message);
        }

        static Check Missing(string reason) => Check.Problem(
            "libvips",
            $"It can't be loaded: {reason}",
            "It comes with the package NetVips.Native: publish for this machine's runtime identifier, or install libvips 8.15 or newer.");
    }

    private static bool IsLoadFailure(Exception e) =>
        e is DllNotFoundException or TypeInitializationException or BadImageFormatException or EntryPointNotFoundException;
}
