using Farthing.Bench.Renders;
using Farthing.Diffusion.Evaluation.Metrics;

namespace Farthing.Bench.Int8;

/// <summary>
/// A forward of the demo UNet: float32, the file of ONNX Runtime's own quantizer, and Farthing's int8, each in a plain session, and
/// what can be loaded as a directory also as Farthing runs it. Round by round, one after the other.
/// </summary>
internal sealed class DemoBench(DemoOptions options, TextWriter output)
{
    private const double AskedOverOrt = 1.3;
    private const int Forwards = 25;

    private static readonly string[] Names =
        ["fp32, plain session", "ORT's quantizer, plain session", "ours, plain session", "fp32 in Farthing", "ours in Farthing"];

    private readonly string _ort = Path.Combine(RendersOptions.Root, "models", "demo-unet-int8-ort", "model.onnx");

    public void Run()
    {
        output.WriteLine($"The demo UNet, 16×16 latents, two rows; median of {options.Rounds} rounds of {Forwards} forwards, interleaved; ms a forward");
        foreach (int threads in (int[])[1, 2])
        {
            Write(threads, Measure(threads));
        }

        if (options.Profile)
        {
            WriteProfiles();
        }
    }

    private double[][] Measure(int threads)
    {
        DemoSide[] sides = [.. Enumerable.Range(0, Names.Length).Select(i => Open(i, threads, null))];
        double[][] times = [.. sides.Select(_ => new double[options.Rounds])];
        for (int round = -1; round < options.Rounds; round++)
        {
            for (int i = 0; i < sides.Length; i++)
            {
                Spinning.LetEnd(threads);
                var (wall, cpu) = sides[i].Run(Forwards);
                if (round >= 0)
                {
                    times[i][round] = threads == 1 ? cpu : wall;
                }
            }
        }

        foreach (var side in sides)
        {
            side.Dispose();
        }

        return times;
    }

    private DemoSide Open(int side, int threads, string? profile) => side switch
    {
        0 => new PlainSide(Path.Combine(RendersOptions.DemoModel, "unet", "model.onnx"), threads, profile),
        1 => new PlainSide(_ort, threads, profile),
        2 => new PlainSide(Path.Combine(options.Int8Model, "unet", "model.onnx"), threads, profile),
        3 => new FarthingSide(RendersOptions.DemoModel, threads, profile),
        _ => new FarthingSide(options.Int8Model, threads, profile),
    };

    private void Write(int threads, double[][] times)
    {
        output.WriteLine();
        output.WriteLine($"  {threads} thread(s), {(threads == 1 ? "processor" : "wall")} time");
        output.WriteLine($"    {"",-34}{"ms",8}{"over fp32",12}{"over ORT's (least to greatest)",34}");
        for (int i = 0; i < times.Length; i++)
        {
            double[] overOrt = [.. times[1].Zip(times[i], (ort, own) => ort / own).Order()];
            string spread = $"{Quantiles.Median(overOrt):F2}× ({overOrt[0]:F2} to {overOrt[^1]:F2})";
            output.WriteLine($"    {Names[i],-34}{Quantiles.Median(times[i]),8:F2}{Quantiles.Median(times[0]) / Quantiles.Median(times[i]),11:F2}×{spread,34}");
        }

        foreach (int i in (int[])[2, 4])
        {
            double ratio = Quantiles.Median([.. times[1].Zip(times[i], (ort, own) => ort / own)]);
            output.WriteLine($"    {Names[i]} over ORT's: asked ≥ {AskedOverOrt}×, measured {ratio:F2}×, reached: {(ratio >= AskedOverOrt ? "yes" : "no")}");
        }
    }

    private void WriteProfiles()
    {
        string folder = Directory.CreateTempSubdirectory("farthing-profile-").FullName;
        List<Dictionary<string, double>> profiles = [];
        for (int i = 0; i < Names.Length; i++)
        {
            using var side = Open(i, threads: 1, Path.Combine(folder, $"side{i}"));
            side.Run(2 * Forwards);
            string path = side is PlainSide plain ? plain.EndProfile() : ((FarthingSide)side).EndProfile();
            profiles.Add(new(OperatorProfile.Read(path, Forwards)));
        }

        SdxlReport.WriteProfiles(latent: 16, Names, profiles, output);
        Directory.Delete(folder, recursive: true);
    }
}
