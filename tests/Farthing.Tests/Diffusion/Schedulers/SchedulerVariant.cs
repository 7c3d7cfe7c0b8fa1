using System.Text.Json;
using System.Text.Json.Nodes;
using Farthing.Diffusion.Schedulers;
using Farthing.Tests.Goldens;

namespace Farthing.Tests.Diffusion.Schedulers;

/// <summary>One configuration of one scheduler class, with what diffusers computed for it.</summary>
internal sealed record SchedulerVariant(string Family, string Name, SchedulerConfig Config, JsonElement Facts)
{
    private static readonly Lazy<IReadOnlyList<SchedulerVariant>> Loaded = new(Load);

    public static IReadOnlyList<SchedulerVariant> All => Loaded.Value;

    public static SafetensorsFile Common { get; } = Golden.Tensors("scheduler", "common.safetensors");

    public static TheoryData<string> Names => [.. All.Select(v => v.Name)];

    /// <summary>Those whose runs stay finite in diffusers.</summary>
    public static TheoryData<string> FiniteNames => [.. All.Where(v => v.IsFinite).Select(v => v.Name)];

    public SafetensorsFile Tensors => GoldenFiles.Open(Family);

    private bool IsFinite => !Facts.GetProperty("errors").EnumerateObject().Any();

    public double LatentTolerance => Family == "lcm" ? 5e-4 : 1e-4;

    public static SchedulerVariant Named(string name) => All.Single(v => v.Name == name);

    private static List<SchedulerVariant> Load()
    {
        using var index = Golden.Json("scheduler", "index.json");
        var root = index.RootElement;
        return
        [
            .. from family in root.GetProperty("families").EnumerateObject()
               where family.Name != "pndm"
               from variant in family.Value.GetProperty("variants").EnumerateObject()
               select new SchedulerVariant(
                   family.Name,
                   variant.Name,
                   Merge(root.GetProperty("base_config"), family.Value, variant.Value.GetProperty("overrides")),
                   variant.Value.Clone()),
        ];
    }

    private static SchedulerConfig Merge(JsonElement baseConfig, JsonElement family, JsonElement overrides)
    {
        var merged = JsonNode.Parse(baseConfig.GetRawText())!.AsObject();
        merged["_class_name"] = family.GetProperty("class").GetString();
        double eta = 0;
        foreach (var setting in overrides.EnumerateObject())
        {
            if (setting.Name == "#eta")
            {
                eta = setting.Value.GetDouble();
            }
            else
            {
                merged[setting.Name] = JsonNode.Parse(setting.Value.GetRawText());
            }
        }

        return SchedulerConfig.Parse(JsonSerializer.SerializeToUtf8Bytes(merged), "test") with { Eta = eta };
    }

    private static class GoldenFiles
    {
        private static readonly Dictionary<string, SafetensorsFile> Opened = [];

        public static SafetensorsFile Open(string family)
        {
            lock (Opened)
            {
                return Opened.TryGetValue(family, out var file)
                    ? file
                    : Opened[family] = Golden.Tensors("scheduler", $"{family}.safetensors");
            }
        }
    }
}
