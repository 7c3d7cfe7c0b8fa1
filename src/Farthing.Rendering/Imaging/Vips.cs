using System.Runtime.CompilerServices;
using NetVips;

namespace Farthing.Rendering.Imaging;

/// <summary>The door to libvips: set up once, with the settings that keep memory small and results the same on every run.</summary>
internal static class Vips
{
    // Held here, since native code keeps only its address. Before Failure, whose making uses it.
    private static readonly Log.LogDelegate Silence = static (_, _, _) => { };
    private static readonly string? Failure = Start();

    /// <summary>libvips' version, such as <c>8.18.7</c>.</summary>
    /// <exception cref="ImagingException">libvips can't be loaded.</exception>
    public static string Version
    {
        get
        {
            Ensure();
            return $"{NetVips.NetVips.Version(0)}.{NetVips.NetVips.Version(1)}.{NetVips.NetVips.Version(2)}";
        }
    }

    /// <summary>Throws when libvips can't be used.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Ensure()
    {
        if (Failure is not null)
        {
            throw new ImagingException(Failure);
        }
    }

    /// <summary>Runs a step of libvips and turns its failure into an <see cref="ImagingException"/>.</summary>
    /// <param name="what">What was tried, as the message's beginning.</param>
    /// <param name="step">The step.</param>
    public static T Run<T>(string what, Func<T> step)
    {
        Ensure();
        try
        {
            return step();
        }
        catch (Exception e) when (e is VipsException or ArgumentException or OverflowException)
        {
            throw new ImagingException($"{what}: {FirstLine(e.Message)}", e);
        }
    }

    /// <summary>Wraps pixels without a copy; the raster must outlive the image.</summary>
    public static Image Wrap(Raster raster)
    {
        Ensure();
        using Image plain = Image.NewFromMemory<byte>(raster.Pixels.AsMemory(), raster.Width, raster.Height, raster.Channels, Enums.BandFormat.Uchar);
        return plain.Copy(interpretation: Enums.Interpretation.Srgb);
    }

    /// <summary>Computes an image's pixels into a raster of 8 bits.</summary>
    public static Raster ToRaster(Image image)
    {
        using Image bytes = image.Cast(Enums.BandFormat.Uchar);
        return new Raster(bytes.Width, bytes.Height, bytes.Bands, bytes.WriteToMemory<byte>());
    }

    private static string? Start()
    {
        try
        {
            if (!ModuleInitializer.VipsInitialized)
            {
                return "The picture library libvips can't be loaded: " + FirstLine(ModuleInitializer.Exception?.Message ?? "unknown reason")
                    + " It comes with the NetVips.Native package: publish for this machine's runtime, or install libvips 8.15 or newer.";
            }

            NetVips.NetVips.Concurrency = 1;
            Cache.Max = 0;
            Cache.MaxMem = 0;
            Cache.MaxFiles = 0;

            // libvips prints warnings on odd files to stderr, in the middle of a progress display. Failures are exceptions.
            Log.SetLogHandler("VIPS", Enums.LogLevelFlags.Warning, Silence);
            return null;
        }
        catch (Exception e) when (e is DllNotFoundException or TypeInitializationException or BadImageFormatException or EntryPointNotFoundException)
        {
            return "The picture library libvips can't be loaded: " + FirstLine(e.Message);
        }
    }

    private static string FirstLine(string message)
    {
        // NetVips' message is "unable to call X" and then libvips' own lines, which say the cause.
        string[] lines = message.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        string line = lines.Length > 1 ? lines[1] : message.Trim();
        return line.EndsWith('.') ? line : line + ".";
    }
}
