using System.Text.Json;

namespace Farthing.Bench.Int8;

/// <summary>Time by operator out of ONNX Runtime's profile of one run.</summary>
internal static class OperatorProfile
{
    /// <summary>Milliseconds by operator over the last <paramref name="runs"/> runs, a run's mean.</summary>
    public static IReadOnlyDictionary<string, double> Read(string path, int runs)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        var events = document.RootElement.EnumerateArray().ToList();
        double[] starts = [.. events.Where(e => Text(e, "name") == "model_run").Select(e => e.GetProperty("ts").GetDouble()).Order()];
        double from = starts.Length > runs ? starts[^runs] : 0;
        var sums = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var node in events.Where(e => Text(e, "cat") == "Node" && Text(e, "name").EndsWith("_kernel_time", StringComparison.Ordinal)))
        {
            if (node.GetProperty("ts").GetDouble() >= from)
            {
                string type = node.GetProperty("args").GetProperty("op_name").GetString()!;
                sums[type] = sums.GetValueOrDefault(type) + node.GetProperty("dur").GetDouble() / 1000 / runs;
            }
        }

        return sums;
    }

    private static string Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
}
