using Farthing.Bench.Renders;
using Farthing.Diffusion.Graphs;
using Farthing.Diffusion.Graphs.Onnx;
using Farthing.Diffusion.Operators;
using Farthing.Diffusion.Operators.Attention;
using Farthing.Diffusion.Quantization;

namespace Farthing.Bench.Int8;

/// <summary>
/// A forward of SDXL's UNet in int8 against float32, in parts that are run in turn and added up. Four sides: the exported
/// graph in a plain session of ONNX Runtime, the int8 file in a plain session, the int8 file with Farthing's operators, and the same with what
/// depends on the prompt alone run once in 25 forwards, as the pipeline does.
/// </summary>
internal sealed class SdxlBench(Int8Options options, TextWriter output)
{
    /// <summary>Rounds before the first that counts: C# operators are compiled for good after some calls.</summary>
    private const int WarmUps = 3;

    private static readonly string[] Sides = ["fp32", "int8 file", "int8 in Farthing", "prompt once"];

    private static readonly HashSet<string> Prompt = new(StringComparer.Ordinal) { SdxlParts.Text, "text_embeds", "time_ids" };

    private readonly SdxlQuantizing _files = new(options.Folder, output);

    public void Run()
    {
        output.WriteLine("SDXL's UNet, one row, int8 against fp32");
        _files.Run(Path.Combine(RendersOptions.Root, "models", "sdxl-unet-skeleton", "model.onnx"));
        var graph = OnnxFile.Read(_files.Source).Graph;
        var parts = SdxlParts.Find(graph);
        var stacks = SdxlParts.Stacks(graph);
        output.WriteLine($"  in parts, each side's in turn: {string.Join(", ", parts.Select(p => $"{p.Name} × {p.Count}"))}");
        foreach (int latent in options.Latents)
        {
            foreach (int threads in (int[])[1, 2])
            {
                var times = parts.Select(part => Time(part, stacks, latent, threads)).ToList();
                SdxlReport.Write(latent, threads, Sides, parts, times, output);
            }

            if (options.Profile)
            {
                var profiles = Enumerable.Range(0, Sides.Length).Select(side => Profile(side, parts, stacks, latent)).ToList();
                SdxlReport.WriteProfiles(latent, Sides, profiles, output);
            }
        }

        if (options.Whole)
        {
            RunWhole();
        }

        if (!options.Keep)
        {
            Directory.Delete(options.Folder, recursive: true);
        }
    }

    /// <summary>Milliseconds of a part by side and round: processor time at one thread, wall time at more.</summary>
    private double[][] Time(SdxlParts.Part part, Dictionary<string, string> stacks, int latent, int threads)
    {
        var sessions = Sides.Select((_, side) => Open(side, part, stacks, latent, threads, null)).ToList();
        double[][] times = [.. Sides.Select(_ => new double[options.Rounds])];
        for (int round = -WarmUps; round < options.Rounds; round++)
        {
            for (int side = 0; side < sessions.Count; side++)
            {
                Spinning.LetEnd(threads);
                var (wall, cpu) = sessions[side].Run();
                if (round >= 0)
                {
                    times[side][round] = threads == 1 ? cpu : wall;
                }
            }
        }

        sessions.ForEach(session => session.Dispose());
        return times;
    }

    private Dictionary<string, double> Profile(int side, IReadOnlyList<SdxlParts.Part> parts, Dictionary<string, string> stacks, int latent)
    {
        var sums = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var part in parts)
        {
            using var session = Open(side, part, stacks, latent, 1, Path.Combine(options.Folder, "profile"));
            session.Run();
            session.Run();
            string path = session.EndProfile();
            foreach (var (type, milliseconds) in OperatorProfile.Read(path, runs: 1))
            {
                sums[type] = sums.GetValueOrDefault(type) + part.Count * milliseconds;
            }

            File.Delete(path);
        }

        return sums;
    }

    private PartRun Open(int side, SdxlParts.Part part, Dictionary<string, string> stacks, int latent, int threads, string? profile)
    {
        var model = OnnxFile.Read(side == 0 ? _files.Source : Path.Combine(_files.Target, Int8ModelWriter.CpuFile));
        SdxlParts.Cut(model, part, stacks);
        var sizes = SdxlInputs.Of(part, latent);
        if (side == 3)
        {
            return PartRun.Split(model, Folder(side), sizes, threads, profile, Prompt, Finish);
        }

        if (side == 2)
        {
            Finish(model);
        }

        return PartRun.Whole(model, Folder(side), sizes, threads, profile);
    }

    private void RunWhole()
    {
        foreach (int latent in options.Latents)
        {
            using var session = new PartSession(Finished(), Folder(2), SdxlInputs.Whole(latent), 2);
            session.Run();
            output.WriteLine($"  {latent}×{latent}: the whole int8 graph in Farthing, 2 threads: {session.Run().Wall / 1000:F2} s");
        }
    }

    private string Folder(int side) => side == 0 ? options.Folder : _files.Target;

    private ModelProto Finished()
    {
        var model = OnnxFile.Read(Path.Combine(_files.Target, Int8ModelWriter.CpuFile));
        Finish(model);
        return model;
    }

    /// <summary>What the pipeline does to a graph before it runs it.</summary>
    private static void Finish(ModelProto model)
    {
        FusedAttentionRewrite.Apply(model);
        OperatorRewrites.Apply(model);
    }
}
