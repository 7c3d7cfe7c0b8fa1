using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Farthing.Doctor;
using Farthing.Rendering.Embeddings;
using Spectre.Console;

namespace Farthing.Commands;

/// <summary><c>farthing cache stats</c> and <c>clear</c></summary>
internal sealed class CacheStatsRun(Host host, EmbeddingOptions options, string data)
{
    /// <summary>Prints what is kept, encoder by encoder.</summary>
    /// <param name="model">The model whose encoders are current.</param>
    /// <param name="json">Whether to print JSON alone.</param>
    public int Print(string model, bool json)
    {
        using var inventory = EmbeddingInventory.Open(options, data, host.Time);
        IReadOnlyList<InventoryRow> rows = inventory.Read(model);
        if (json)
        {
            host.Screen.Write(JsonSerializer.Serialize(new StatsJson(inventory.Name, rows), CacheStatsJson.Default.StatsJson));
            return ExitCodes.Done;
        }

        host.Screen.Write(inventory.Name);
        if (rows.Count == 0)
        {
            host.Screen.Write("nothing is kept yet; renders and `farthing cache warm` fill it");
            return ExitCodes.Done;
        }

        var table = new Table().Border(TableBorder.None).Collapse();
        table.AddColumns("encoder", "of", "identity", "state");
        foreach (string name in new[] { "entries", "bytes", "memory hits", "store hits", "misses", "corrupt", "hit rate", "last used" })
        {
            table.AddColumn(new TableColumn(name).RightAligned());
        }

        foreach (InventoryRow row in rows)
        {
            table.AddRow([.. Cells(row).Select(Markup.Escape)]);
        }

        host.Screen.Result.Write(table);
        long stale = rows.Where(static row => row.State == EncoderState.Stale).Sum(static row => row.Statistics.Bytes);
        host.Screen.Write(string.Create(
            CultureInfo.InvariantCulture,
            $"{rows.Sum(static row => row.Statistics.Entries)} entries, {Bytes.Text(rows.Sum(static row => row.Statistics.Bytes))}; stale: {Bytes.Text(stale)}, which go {options.TtlDays} days after their last use"));
        return ExitCodes.Done;
    }

    /// <summary>Removes everything.</summary>
    public int Clear()
    {
        using var inventory = EmbeddingInventory.Open(options, data, host.Time);
        host.Screen.Write($"{inventory.Clear()} entries removed from {inventory.Name}");
        return ExitCodes.Done;
    }

    private static IEnumerable<string> Cells(InventoryRow row)
    {
        EncoderStatistics of = row.Statistics;
        CacheCounts counts = of.Counts;
        return
        [
            of.Part.Length > 0 ? of.Part : "?",
            Path.GetFileName(of.Model),
            of.Encoder[..12],
            row.State switch { EncoderState.Current => "current", EncoderState.Stale => "stale", _ => "another model's" },
            Whole(of.Entries),
            Bytes.Text(of.Bytes),
            Whole(counts.MemoryHits),
            Whole(counts.StoreHits),
            Whole(counts.Misses),
            Whole(counts.Corrupt),
            counts.Lookups == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{(double)(counts.Lookups - counts.Misses) / counts.Lookups:P1}"),
            (of.OldestUse, of.NewestUse) is ({ } oldest, { } newest)
                ? string.Create(CultureInfo.InvariantCulture, $"{oldest:yyyy-MM-dd} to {newest:yyyy-MM-dd}")
                : "",
        ];
    }

    private static string Whole(long value) => value.ToString(CultureInfo.InvariantCulture);
}

/// <summary>What <c>cache stats --json</c> prints.</summary>
internal sealed record StatsJson(string Store, IReadOnlyList<InventoryRow> Encoders);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true, UseStringEnumConverter = true)]
[JsonSerializable(typeof(StatsJson))]
internal sealed partial class CacheStatsJson : JsonSerializerContext;
