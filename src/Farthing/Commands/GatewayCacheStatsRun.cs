using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Farthing.Doctor;
using Farthing.Gateway.Caching;
using Farthing.Gateway.Configuration;
using Farthing.Ledger.Storage;
using Microsoft.Data.Sqlite;
using Spectre.Console;
using StackExchange.Redis;

namespace Farthing.Commands;

/// <summary><c>farthing cache stats --gateway FILE</c>: what the gateway's caches keep, did and avoided. Nothing is changed.</summary>
/// <param name="host">The process's surroundings.</param>
/// <param name="config">The gateway's configuration.</param>
/// <param name="data">The data folder.</param>
internal sealed class GatewayCacheStatsRun(Host host, string config, DataFolder data)
{
    /// <summary>Prints it.</summary>
    public async Task<int> PrintAsync(bool json, CancellationToken cancellation)
    {
        SemanticCacheOptions options = Configured();
        AnswerFigures figures = await FiguresAsync(options, cancellation);
        IReadOnlyList<AvoidedCosts> avoided = Avoided();
        if (json)
        {
            host.Screen.Write(JsonSerializer.Serialize(GatewayCacheStats.Of(options, figures, avoided), GatewayCacheJson.Default.GatewayCacheStats));
            return ExitCodes.Done;
        }

        Print(GatewayCacheStats.Of(options, figures, avoided));
        return ExitCodes.Done;
    }

    private SemanticCacheOptions Configured()
    {
        try
        {
            return GatewayConfiguration.Load(config, host.Places.Variable).SemanticCache;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"--gateway '{config}' can't be read: {e.Message}");
        }
    }

    private async Task<AnswerFigures> FiguresAsync(SemanticCacheOptions options, CancellationToken cancellation)
    {
        switch (options.Store)
        {
            case CacheStore.Memory:
                return new AnswerFigures("memory of the process that serves: nothing is kept outside it", 0, 0, 0, new Dictionary<string, long>());
            case CacheStore.Redis:
                await using (RedisAnswerStore store = RedisAnswerStore.Connect(options.Redis!))
                {
                    try
                    {
                        return await store.LookAsync(cancellation);
                    }
                    catch (Exception e) when (e is RedisException or TimeoutException)
                    {
                        throw new DataFolderException($"{store.Name} can't be asked: {e.Message} Start it, or mend semantic_cache.store.", e);
                    }
                }

            default:
                try
                {
                    return SqliteAnswerStore.Look(data.Path, host.Time.GetUtcNow())
                        ?? new AnswerFigures($"{Path.Combine(data.Path, SqliteAnswerStore.FileName)}, which is not there yet", 0, 0, 0, new Dictionary<string, long>());
                }
                catch (SqliteException e)
                {
                    throw new DataFolderException($"{Path.Combine(data.Path, SqliteAnswerStore.FileName)} can't be read: {e.Message} It may be removed at any time.", e);
                }
        }
    }

    /// <summary>Without a ledger nothing was booked yet.</summary>
    private IReadOnlyList<AvoidedCosts> Avoided()
    {
        if (data.IsFile && !File.Exists(data.LedgerPath))
        {
            return [];
        }

        using LedgerStore ledger = data.OpenExistingLedger();
        return AvoidedCosts.Read(ledger);
    }

    private void Print(GatewayCacheStats stats)
    {
        host.Screen.Write(stats.Enabled ? stats.Store : stats.Store + " (semantic_cache is not enabled)");
        string period = (stats.Oldest, stats.Newest) is ({ } oldest, { } newest)
            ? string.Create(CultureInfo.InvariantCulture, $", answered {oldest:yyyy-MM-dd HH:mm} to {newest:yyyy-MM-dd HH:mm} UTC")
            : "";
        host.Screen.Write(string.Create(CultureInfo.InvariantCulture, $"{stats.Entries} answers, {Bytes.Text(stats.Bytes)}, {stats.ByMeaning} found by another wording too{period}"));
        var table = new Table().Border(TableBorder.None).Collapse();
        table.AddColumns("cache");
        foreach (string name in (ReadOnlySpan<string>)["hits", "booked hits", "avoided", "without a price"])
        {
            table.AddColumn(new TableColumn(name).RightAligned());
        }

        foreach (AvoidedJson row in stats.Avoided)
        {
            table.AddRow(row.Cache, Whole(stats.Counts.GetValueOrDefault(row.Cache)), Whole(row.Hits), row.Usd is { } usd ? "$" + usd : "unpriced", Whole(row.UnpricedMemos));
        }

        host.Screen.Result.Write(table);
        host.Screen.Write(string.Create(
            CultureInfo.InvariantCulture,
            $"misses {stats.Counts.GetValueOrDefault("miss")} · shadow {stats.Counts.GetValueOrDefault("shadow")} · candidates refused {stats.Refused.Values.Sum()}"));
        foreach (var (reason, count) in stats.Refused.OrderByDescending(static pair => pair.Value).ThenBy(static pair => pair.Key, StringComparer.Ordinal))
        {
            host.Screen.Write($"  refused: {reason} {Whole(count)}");
        }
    }

    private static string Whole(long value) => value.ToString(CultureInfo.InvariantCulture);
}

/// <summary>What <c>cache stats --gateway FILE --json</c> prints.</summary>
internal sealed record GatewayCacheStats(
    string Store, bool Enabled, long Entries, long Bytes, long ByMeaning, DateTimeOffset? Oldest, DateTimeOffset? Newest,
    IReadOnlyDictionary<string, long> Counts, IReadOnlyDictionary<string, long> Refused, IReadOnlyList<AvoidedJson> Avoided)
{
    private static readonly string[] Words = ["exact", "semantic", "miss", "shadow"];

    public static GatewayCacheStats Of(SemanticCacheOptions options, AnswerFigures figures, IReadOnlyList<AvoidedCosts> avoided) => new(
        figures.Store,
        options.Enabled,
        figures.Entries,
        figures.Bytes,
        figures.Meanings,
        figures.Oldest,
        figures.Newest,
        Words.ToDictionary(static word => word, word => figures.Counts.GetValueOrDefault(word)),
        figures.Counts.Where(static pair => pair.Key.StartsWith(CacheTally.Refused, StringComparison.Ordinal))
            .ToDictionary(static pair => pair.Key[CacheTally.Refused.Length..], static pair => pair.Value),
        [.. avoided.Select(static row => new AvoidedJson(row.By, row.Hits, row.Avoided?.ToExactString(), row.Unpriced))]);
}

/// <summary>What one cache avoided.</summary>
internal sealed record AvoidedJson(string Cache, long Hits, string? Usd, long UnpricedMemos);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(GatewayCacheStats))]
internal sealed partial class GatewayCacheJson : JsonSerializerContext;
