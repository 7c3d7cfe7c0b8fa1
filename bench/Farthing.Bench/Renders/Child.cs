using System.Diagnostics;
using System.Text.Json;
using Farthing.Bench.Plain;
using Farthing.Diffusion.Sessions;
using Farthing.Rendering.Jobs;
using Farthing.Rendering.Manifests;
using Farthing.Rendering.Precision;

namespace Farthing.Bench.Renders;

/// <summary>One measurement in a process of its own, so that memory and warm-up do not mix.</summary>
internal static class Child
{
    public const string Campaign = "campaign";
    public const string PlainLoop = "plain";
    public const string Steps = "steps";
    public const string Int8Campaign = "campaign-int8";

    /// <summary>In the child: measures and prints the result as one line of JSON.</summary>
    public static async Task RunAsync(string role, string folder, RendersOptions options)
    {
        var manifest = ManifestReader.ReadFile(RendersOptions.Manifest);
        manifest = manifest with { Rows = [.. manifest.Rows.Take(options.Rows)] };
        var settings = new RenderSettings
        {
            ModelDirectory = options.Model,
            OutputFolder = Path.Combine(folder, "out"),
            OutputSize = RendersOptions.OutputSize,
        };
        if (role == Int8Campaign)
        {
            // The benchmark measures speed alone, so an acceptance is not asked for.
            settings = settings with
            {
                Precision = new PrecisionSettings
                {
                    Asked = ModelPrecision.Int8,
                    Force = true,
                    Directories = new Dictionary<ModelPrecision, string> { [ModelPrecision.Int8] = options.Int8Model! },
                },
            };
        }

        var result = role switch
        {
            Int8Campaign => await CampaignChild.RunAsync(folder, manifest, settings),
            Campaign => await CampaignChild.RunAsync(folder, manifest, settings),
            PlainLoop => PlainChild.Run(manifest, settings),
            _ => StepChild.Run(options.Model),
        };
        result = result with { PeakResident = SelfProcess.PeakResident(), ModelBytes = ModelDirectory.Open(options.Model).TotalBytes };
        Console.WriteLine(JsonSerializer.Serialize(result, ChildResultJson.Default.ChildResult));
    }

    /// <summary>In the parent: runs a child and gives its result and how long the whole process took, in seconds.</summary>
    public static (ChildResult Result, double Process) Start(string role, string folder, RendersOptions options)
    {
        Directory.CreateDirectory(folder);
        var start = SelfProcess.Child(["child", role, folder, .. options.ToArguments()]);

        // As the launcher does.
        start.Environment["MALLOC_ARENA_MAX"] = "1";
        var clock = Stopwatch.StartNew();
        using var process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        double elapsed = clock.Elapsed.TotalSeconds;
        string json = output.Split('\n', StringSplitOptions.RemoveEmptyEntries).LastOrDefault() ?? "";
        return process.ExitCode == 0
            ? (JsonSerializer.Deserialize(json, ChildResultJson.Default.ChildResult)!, elapsed)
            : throw new InvalidOperationException($"The child '{role}' ended with {process.ExitCode}: {output}");
    }
}
