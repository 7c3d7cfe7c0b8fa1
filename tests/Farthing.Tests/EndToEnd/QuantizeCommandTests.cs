using System.Text.Json;
using Farthing.Tests.Goldens;

namespace Farthing.Tests.EndToEnd;

/// <summary>The executable quantizes the demo model, is killed on the way, and the result renders.</summary>
public sealed class QuantizeCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("farthing-quantize-").FullName;

    private string Out => Path.Combine(_folder, "int8");

    [Fact]
    public async Task A_killed_run_goes_on_and_its_model_renders()
    {
        string[] arguments =
        [
            "quantize", "models/demo", "--calibration", "samples/calibration.jsonl", "--samples", "16", "--steps", "3", "--sensitivity", "local",
            "--out", Out, "--json",
        ];
        using (var killed = FarthingProcess.Start(arguments))
        {
            await killed.KillAfterAsync(TimeSpan.FromSeconds(3));
        }

        // However far it came, no half-written directory has the name, unless it had ended by then.
        bool ended = File.Exists(Path.Combine(Out, "quantization.json"));
        Assert.Equal(ended, Directory.Exists(Out));
        if (!ended)
        {
            var result = await FarthingProcess.RunAsync(arguments);
            Assert.True(result.ExitCode == ExitCodes.Done, result.Errors);
            using var report = JsonDocument.Parse(result.Output);
            Assert.Equal(16, report.RootElement.GetProperty("calibration").GetProperty("samples").GetInt32());
            Assert.True(report.RootElement.GetProperty("layers").GetArrayLength() > 100);
        }

        Assert.Contains("<!doctype html>", File.ReadAllText(Path.Combine(Out, "report.html")), StringComparison.Ordinal);
        var again = await FarthingProcess.RunAsync(arguments);
        Assert.Equal(ExitCodes.Output, again.ExitCode);
        Assert.Contains("--force", again.Errors, StringComparison.Ordinal);

        string[] render = ["render", "a red mug on sand", "--steps", "2", "--seed", "1", "--model", Out, "--out", Path.Combine(_folder, "pictures"), "--data", Path.Combine(_folder, "data")];
        var refused = await FarthingProcess.RunAsync(render);
        Assert.Equal(ExitCodes.Model, refused.ExitCode);
        Assert.Contains("farthing evaluate", refused.Errors, StringComparison.Ordinal);

        var forced = await FarthingProcess.RunAsync([.. render, "--force-precision"]);
        Assert.True(forced.ExitCode == ExitCodes.Done, forced.Errors);
        Assert.Single(Directory.EnumerateFiles(Path.Combine(_folder, "pictures"), "*.png"));

        var twice = await FarthingProcess.RunAsync("quantize", Out, "--calibration", "samples/calibration.jsonl", "--out", Out + "-again");
        Assert.Equal(ExitCodes.Model, twice.ExitCode);
        Assert.DoesNotContain("   at ", twice.Errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Out + "-again"));
    }

    [Fact]
    public async Task A_calibration_set_that_cant_be_used_is_refused_with_what_to_do()
    {
        string few = Path.Combine(_folder, "few.jsonl");
        File.WriteAllLines(few, File.ReadLines(Path.Combine(Golden.RepositoryRoot, "samples", "calibration.jsonl")).Take(5));
        (string File, string Samples, string Told)[] cases =
        [
            (few, "16", "at least 16"),
            (Path.Combine(_folder, "none.csv"), "16", "Correct the path"),
            ("samples/calibration.jsonl", "2000", "--samples 512"),
        ];

        foreach (var (file, samples, told) in cases)
        {
            var result = await FarthingProcess.RunAsync("quantize", "models/demo", "--calibration", file, "--samples", samples, "--out", Out);

            Assert.Equal(ExitCodes.Manifest, result.ExitCode);
            Assert.Contains(told, result.Errors, StringComparison.Ordinal);
            Assert.False(Directory.Exists(Out));
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
