using System.CommandLine;
using Farthing.Commands;
using Farthing.Diffusion.Quantization;
using Farthing.Diffusion.Quantization.Ranges;

namespace Farthing.Tests.Host.Commands;

public sealed class QuantizeLineTests : IDisposable
{
    private readonly HostRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Fact]
    public void The_least_that_must_be_written_takes_all_defaults()
    {
        var (line, errors) = Read("m", "--out", "o", "--calibration", "c.jsonl");

        Assert.Empty(errors);
        Assert.Equal(Path.Combine(_rig.Folder, "m"), line!.Settings.Source);
        Assert.Equal(Path.Combine(_rig.Folder, "o"), line.Settings.Target);
        Assert.Equal(TargetPrecision.Int8Calibrated, line.Settings.Precision);
        Assert.Equal(RangeMethod.Percentile, line.Settings.Ranges.Method);
        Assert.Equal((25, 5f, 0L, null), (line.Steps, line.Guidance, line.Seed, line.Samples));
        Assert.Null(line.Settings.Smoothing);
        Assert.False(line.Settings.Replace);
    }

    [Fact]
    public void Every_option_is_read()
    {
        var (line, errors) = Read(
            "m", "--out", "o", "--calibration", "c.csv", "--samples", "64", "--steps", "10", "--guidance", "7.5", "--seed", "3", "--method", "percentile",
            "--percentile", "99.5", "--budget", "0.1", "--sensitivity", "local", "--smoothquant", "0.8", "--force", "--json");

        Assert.Empty(errors);
        Assert.Equal((64, 10, 7.5f, 3L), (line!.Samples, line.Steps, line.Guidance, line.Seed));
        Assert.Equal(new RangeChoice(RangeMethod.Percentile, 99.5), line.Settings.Ranges);
        Assert.Equal((0.1, 0.8), (line.Settings.Budget, line.Settings.Smoothing));
        Assert.True(line.Settings.Replace && line.Json);
    }

    [Fact]
    public void All_errors_are_told_at_once()
    {
        var (_, errors) = Read("--samples", "3", "--method", "best", "--percentile", "99", "--budget", "2", "--smoothquant", "x");

        foreach (string told in new[] { "which model", "--out is missing", "--calibration is missing", "--samples '3'", "--method 'best'", "--budget '2'", "--smoothquant 'x'" })
        {
            Assert.Contains(errors, error => error.Contains(told, StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("--to", "fp16")]
    [InlineData("--weights-only", "--json")]
    public void Without_ranges_there_is_no_calibration(string option, string value)
    {
        Assert.Empty(Read("m", "--out", "o", option, value).Errors);
        Assert.Contains(Read("m", "--out", "o", option, value, "--calibration", "c", "--method", "minmax").Errors, e => e.Contains("--calibration, --method", StringComparison.Ordinal));
    }

    [Fact]
    public void The_output_lies_beside_the_model() =>
        Assert.Contains(Read("m", "--out", "m/int8", "--calibration", "c").Errors, e => e.Contains("beside", StringComparison.Ordinal));

    private (QuantizeLine? Line, IReadOnlyList<string> Errors) Read(params string[] args)
    {
        var root = new RootCommand { QuantizeCommand.Create(_rig.Host) };
        return QuantizeLine.Read(root.Parse(["quantize", .. args]).CommandResult, _rig.Host.Places);
    }
}
