using System.Text.Json;
using Farthing.Diffusion.Quantization;
using Farthing.Diffusion.Quantization.Calibration;
using Farthing.Diffusion.Sessions;
using Farthing.Tests.Goldens;
using Microsoft.Extensions.Time.Testing;

namespace Farthing.Tests.Diffusion.Quantization;

/// <summary>Quantizes the demo model on few prompts and steps.</summary>
internal sealed class QuantizedDemo(string folder) : IProgress<QuantizeProgress>
{
    public const int Prompts = 20;
    public const int Steps = 4;

    private readonly List<QuantizeProgress> _progress = [];

    /// <summary>Called in the middle of things.</summary>
    public Action<QuantizeProgress>? OnProgress { get; set; }

    /// <summary>What was reported.</summary>
    public IReadOnlyList<QuantizeProgress> Progress => _progress;

    public static CalibrationSet Set() => new()
    {
        Prompts =
        [
            .. File.ReadLines(Path.Combine(Golden.RepositoryRoot, "samples", "calibration.jsonl")).Take(Prompts)
                .Select(line => JsonDocument.Parse(line).RootElement)
                .Select(row => new CalibrationPrompt(row.GetProperty("id").GetString()!, row.GetProperty("prompt").GetString()!, row.GetProperty("seed").GetInt64())),
        ],
        File = "calibration.jsonl",
        Sha256 = new string('0', 64),
        Steps = Steps,
    };

    public QuantizeSettings Settings(string name) => new()
    {
        Source = Golden.DemoModel,
        Target = Path.Combine(folder, name),
        Tool = "test",
        Calibration = Set(),
        Sensitivity = Farthing.Diffusion.Quantization.Sensitivity.SensitivityMeasure.Local,
        Execution = new ExecutionOptions { ThreadsPerRun = 2 },
    };

    public Farthing.Diffusion.Quantization.Reports.QuantizationReport Run(QuantizeSettings settings, CancellationToken cancellation) =>
        new ModelQuantizer(settings, this, new FakeTimeProvider()).Run(cancellation);

    public void Report(QuantizeProgress value)
    {
        lock (_progress)
        {
            _progress.Add(value);
        }

        OnProgress?.Invoke(value);
    }
}
