using Farthing.Diffusion.Evaluation;
using Farthing.Diffusion.Sessions;
using Farthing.Tests.Goldens;

namespace Farthing.Tests.Rendering.Precision;

/// <summary>A folder with the demo model and, beside it, the same model with ONNX Runtime's int8 UNet.</summary>
internal sealed class PrecisionFolder : IDisposable
{
    private readonly ScratchFolder _folder = new();

    public PrecisionFolder()
    {
        Directory.CreateSymbolicLink(Demo, Golden.DemoModel);
        FullHash = ModelHash.Compute(Golden.DemoModel);
        Quantized("demo-int8", "int8");
        Int8Hash = ModelHash.Compute(Int8);
        Key = SigningKey.OpenOrCreate(KeyPath);
    }

    public string Path => _folder.FullName;

    public string Demo => _folder.File("demo");

    public string Int8 => _folder.File("demo-int8");

    public string FullHash { get; }

    public string Int8Hash { get; }

    /// <summary>The data folder's key.</summary>
    public SigningKey Key { get; }

    public string Data => Directory.CreateDirectory(_folder.File("data")).FullName;

    private string KeyPath => System.IO.Path.Combine(Data, SigningKey.FileName);

    /// <summary>Makes a directory whose manifest states a precision; all but the UNet is the demo model's.</summary>
    public string Quantized(string name, string precision)
    {
        string root = Directory.CreateDirectory(_folder.File(name)).FullName;
        foreach (string part in Directory.EnumerateDirectories(Golden.DemoModel).Select(p => System.IO.Path.GetFileName(p)).Where(p => p != "unet"))
        {
            Directory.CreateSymbolicLink(System.IO.Path.Combine(root, part), System.IO.Path.Combine(Golden.DemoModel, part));
        }

        string unet = Directory.CreateDirectory(System.IO.Path.Combine(root, "unet")).FullName;
        File.Copy(System.IO.Path.Combine(Golden.RepositoryRoot, "models", "demo-unet-int8-ort", "model.onnx"), System.IO.Path.Combine(unet, "model.onnx"));
        File.Copy(System.IO.Path.Combine(Golden.DemoModel, "unet", "config.json"), System.IO.Path.Combine(unet, "config.json"));
        File.Copy(System.IO.Path.Combine(Golden.DemoModel, "model_index.json"), System.IO.Path.Combine(root, "model_index.json"));
        File.WriteAllText(
            System.IO.Path.Combine(root, "quantization.json"),
            $$"""{"format":1,"precision":"{{precision}}","source_model":"{{FullHash}}","method":"minmax","tool":"test"}""");
        return root;
    }

    /// <summary>A record that says the int8 model passed at 128×128, 25 steps under guidance: 0.3 s a render against 0.2 s.</summary>
    public AcceptanceRecord Record()
    {
        var figure = new MetricFigure(0.5, 0.4, 0.6, 0.3, 10);
        return new AcceptanceRecord
        {
            At = new DateTimeOffset(2026, 11, 20, 12, 0, 0, TimeSpan.Zero),
            ReferenceModel = FullHash,
            CandidateModel = Int8Hash,
            ReferencePrecision = "fp32",
            CandidatePrecision = "int8",
            EvaluationSet = "set",
            MetricVersions = new Dictionary<string, string> { ["psnr"] = "1" },
            Shape = new EvaluationShape(128, 128, 25, 5, "dpmpp-2m-karras", 10),
            Metrics = new AcceptanceMetrics
            {
                ClipImageImage = figure,
                ClipScoreReference = figure,
                ClipScoreCandidate = figure,
                ClipDrop = figure,
                Psnr = figure,
                Ssim = figure,
                NotFinite = 0,
                Black = 0,
                SingleColour = 0,
                ProductPixelsChanged = 0,
            },
            Margin = 0.006,
            ReferenceSecondsPerRender = 0.3,
            CandidateSecondsPerRender = 0.2,
            Passed = true,
        };
    }

    /// <summary>Has the int8 model accepted under this data folder's key.</summary>
    public void Accept() => Record().SignedBy(Key).Write(Int8);

    public void Dispose()
    {
        Key.Dispose();

        // Links go first, so that nothing behind them is removed.
        foreach (string link in Directory.EnumerateDirectories(Path, "*", SearchOption.TopDirectoryOnly)
            .SelectMany(static folder => new DirectoryInfo(folder).LinkTarget is null ? Directory.EnumerateDirectories(folder) : [folder])
            .Where(static folder => new DirectoryInfo(folder).LinkTarget is not null)
            .ToList())
        {
            Directory.Delete(link);
        }

        _folder.Dispose();
    }
}
