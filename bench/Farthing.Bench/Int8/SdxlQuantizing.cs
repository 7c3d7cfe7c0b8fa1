using System.Diagnostics;
using System.Globalization;
using Farthing.Diffusion.Graphs;
using Farthing.Diffusion.Quantization;
using Farthing.Diffusion.Quantization.Calibration;

namespace Farthing.Bench.Int8;

/// <summary>The SDXL-sized graph in float32 and int8 on disk, made where it is missing.</summary>
internal sealed class SdxlQuantizing(string folder, TextWriter output)
{
    private const int CalibrationLatent = 16;

    /// <summary>The float graph with its weights.</summary>
    public string Source => Path.Combine(folder, "model.onnx");

    /// <summary>The folder of the int8 form.</summary>
    public string Target => Path.Combine(folder, "int8");

    /// <summary>Fills, calibrates and quantizes. Quantizing runs in a process of its own, whose memory is told.</summary>
    public void Run(string skeleton)
    {
        Directory.CreateDirectory(folder);
        File.Copy(skeleton, Source, overwrite: true);
        var graph = OnnxFile.Read(Source).Graph;
        string weights = Path.Combine(folder, "weights.bin");
        if (!SkeletonFill.IsFilled(graph, weights))
        {
            var clock = Stopwatch.StartNew();
            SkeletonFill.Write(graph, weights);
            output.WriteLine($"  filled {new FileInfo(weights).Length / 1e9:F1} GB in {clock.Elapsed.TotalSeconds:F0} s");
        }

        if (!File.Exists(Path.Combine(Target, Int8ModelWriter.CpuFile)))
        {
            var clock = Stopwatch.StartNew();
            WriteRanges(Path.Combine(folder, "ranges.txt"));
            output.WriteLine($"  ranges from one float forward at {CalibrationLatent}×{CalibrationLatent} latents in {clock.Elapsed.TotalSeconds:F0} s");
            Quantize();
        }
    }

    /// <summary>In the child: quantizes with the ranges that were written, and prints the peak of its memory.</summary>
    public void QuantizeHere()
    {
        var clock = Stopwatch.StartNew();
        Directory.CreateDirectory(Target);
        var ranges = File.ReadLines(Path.Combine(folder, "ranges.txt")).Select(line => line.Split('\t')).ToDictionary(
            parts => parts[0],
            parts => new ActivationRange(float.Parse(parts[1], CultureInfo.InvariantCulture), float.Parse(parts[2], CultureInfo.InvariantCulture)),
            StringComparer.Ordinal);
        var report = Int8ModelWriter.Write(Source, Target, new QuantizationRecipe { Ranges = ranges }, null, CancellationToken.None);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{report.Layers.Count} layers, {clock.Elapsed.TotalSeconds:F0} s, peak memory {SelfProcess.PeakResident() / 1e9:F2} GB (asked: under 3)"));
    }

    private void Quantize()
    {
        var start = SelfProcess.Child(["int8", "quantize-here", folder]);
        using var process = Process.Start(start)!;
        output.WriteLine($"  quantized the whole graph: {process.StandardOutput.ReadToEnd().Trim()}");
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException("The quantizing process failed.");
        }
    }

    private void WriteRanges(string path)
    {
        var model = OnnxFile.Read(Source);
        var observed = ObservedTensors.Find(model.Graph, QuantizationTargets.Find(model.Graph).Targets, smoothing: false);
        model.Graph.Output.Clear();
        ObservationGraph.Add(model, observed, samples: false);
        foreach (var output in model.Graph.Output.Where(o => o.Name is not (ObservationGraph.Min or ObservationGraph.Max)).ToList())
        {
            model.Graph.Output.Remove(output);
        }

        GraphNodes.RemoveUnused(model.Graph);
        using var session = new PartSession(model, folder, SdxlInputs.Whole(CalibrationLatent), Environment.ProcessorCount, prepack: false);
        float[][] values = session.Outputs();
        File.WriteAllLines(path, observed.Names.Select((name, i) => string.Create(CultureInfo.InvariantCulture, $"{name}\t{values[0][i]:R}\t{values[1][i]:R}")));
    }
}
