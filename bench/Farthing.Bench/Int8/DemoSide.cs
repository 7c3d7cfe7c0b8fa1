using System.Diagnostics;
using Farthing.Bench.Renders;
using Farthing.Diffusion.Graphs;
using Farthing.Diffusion.Sessions;

namespace Farthing.Bench.Int8;

/// <summary>One way to run the demo UNet's forward: two rows, as guidance asks.</summary>
internal abstract class DemoSide : IDisposable
{
    /// <summary>The sizes of a picture of the demo: 128 pixels, both text encoders' 77 states and T5's 32.</summary>
    public static readonly UNetShape Shape = new(Batch: 2, Height: 16, Width: 16, Sequence: 109);

    /// <summary>Runs some forwards and gives wall time and the calling thread's processor time, in milliseconds a forward.</summary>
    public (double Wall, double Cpu) Run(int forwards)
    {
        long cpu = ThreadCpu.Nanoseconds();
        var wall = Stopwatch.StartNew();
        for (int i = 0; i < forwards; i++)
        {
            Forward();
        }

        return (wall.Elapsed.TotalMilliseconds / forwards, (ThreadCpu.Nanoseconds() - cpu) / 1e6 / forwards);
    }

    public abstract void Forward();

    public abstract void Dispose();
}

/// <summary>A file in a plain session: the graph as it is, with the sizes made known, all of it at every step.</summary>
internal sealed class PlainSide(string file, int threads, string? profile = null) : DemoSide
{
    private readonly PartSession _session = new(OnnxFile.Read(file), Path.GetDirectoryName(file)!, Sizes, threads, profile);

    private static Dictionary<string, long[]> Sizes => new(StringComparer.Ordinal)
    {
        ["sample"] = [Shape.Batch, 4, Shape.Height, Shape.Width],
        ["timestep"] = [],
        ["encoder_hidden_states"] = [Shape.Batch, Shape.Sequence, 320],
        ["text_embeds"] = [Shape.Batch, 192],
        ["time_ids"] = [Shape.Batch, 6],
    };

    public override void Forward() => _session.Run();

    public string EndProfile() => _session.EndProfile();

    public override void Dispose() => _session.Dispose();
}

/// <summary>A model directory as Farthing's pipeline runs it. What depends on the prompt alone runs once in 25 forwards, a picture.</summary>
internal sealed class FarthingSide : DemoSide
{
    private const int Steps = 25;

    private readonly List<string> _problems = [];
    private readonly UNet _unet;
    private readonly UNetRun _run;
    private readonly float[] _prediction = new float[Shape.Batch * 4 * Shape.Height * Shape.Width];
    private readonly string? _profile;
    private int _forwards;

    public FarthingSide(string folder, int threads, string? profile = null)
    {
        _profile = profile;
        var execution = new ExecutionOptions
        {
            ThreadsPerRun = threads,
            OwnOperators = true,
            ConfigureSession = profile is null ? null : options =>
            {
                // Enabling takes the prefix as it is then.
                options.ProfileOutputPathPrefix = profile;
                options.EnableProfiling = true;
            },
        };
        _unet = UNet.Load(ModelDirectory.Open(folder), execution, _problems) ?? throw new InvalidOperationException(string.Join(' ', _problems));
        _run = new UNetRun(_unet, Shape);
        var generator = new Diffusion.Randomness.TorchGenerator(11);
        float[] text = new float[Shape.Sequence * 320], pooled = new float[192], sample = new float[_prediction.Length];
        generator.FillNormal(sample);
        _run.WriteSample(sample, 0);
        for (int row = 0; row < Shape.Batch; row++)
        {
            generator.FillNormal(text);
            generator.FillNormal(pooled);
            _run.SetText(row, text, pooled);
        }
    }

    public override void Forward()
    {
        if (_forwards++ % Steps == 0)
        {
            _run.Begin([128, 128, 0, 0, 128, 128], []);
        }

        _run.Forward(500, _prediction);
    }

    /// <summary>The profile of the session that runs at every step.</summary>
    public string EndProfile()
    {
        Dispose();
        return Directory.GetFiles(Path.GetDirectoryName(_profile)!, Path.GetFileName(_profile) + "*").OrderByDescending(f => new FileInfo(f).Length).First();
    }

    public override void Dispose()
    {
        _run.Dispose();
        _unet.Dispose();
    }
}
