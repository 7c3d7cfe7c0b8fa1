using Farthing.Diffusion.Quantization;

namespace Farthing.Tests.Diffusion.Quantization;

public sealed class QuantizationManifestTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("farthing-manifest-").FullName;

    [Fact]
    public void A_manifest_is_read_as_it_was_written()
    {
        var manifest = new QuantizationManifest
        {
            Precision = "int8",
            SourceModel = "ab",
            Calibration = new CalibrationSource("calibration.jsonl", "cd", 512),
            Method = "percentile",
            Tool = "farthing 0.1.0",
        };
        Assert.Null(QuantizationManifest.Read(_folder));

        manifest.Write(_folder);

        Assert.Equal(manifest, QuantizationManifest.Read(_folder));
        Assert.Contains("\"source_model\": \"ab\"", File.ReadAllText(Path.Combine(_folder, QuantizationManifest.FileName)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("{\"format\": 2, \"precision\": \"int8\", \"source_model\": \"\", \"method\": \"\", \"tool\": \"\"}")]
    [InlineData("{\"format\": 1}")]
    public void What_can_not_be_read_is_refused(string text)
    {
        File.WriteAllText(Path.Combine(_folder, QuantizationManifest.FileName), text);

        Assert.Contains("quantize again", Assert.Throws<QuantizationException>(() => QuantizationManifest.Read(_folder)).Message, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
