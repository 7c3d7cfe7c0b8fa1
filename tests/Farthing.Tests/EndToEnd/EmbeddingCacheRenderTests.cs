using System.Text.Json;
using Dapper;
using Farthing.Rendering.Imaging;
using Farthing.Tests.Goldens;
using Microsoft.Data.Sqlite;

namespace Farthing.Tests.EndToEnd;

public sealed class EmbeddingCacheRenderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("farthing-cache-").FullName;

    private string Data => Path.Combine(_folder, "data");

    [Fact]
    public async Task A_campaign_rendered_again_encodes_nothing_gives_the_same_pictures_and_has_memos()
    {
        string manifest = Campaign();
        await RenderAsync(manifest, "one");
        string second = await RenderAsync(manifest, "two");
        await RenderAsync(manifest, "off", "--embeddings", "off");

        // Four texts and a negative one, three encoders.
        Assert.Contains("15 of 15 were kept from before (3 in memory, 12 in the store), 0 encoded", second, StringComparison.Ordinal);
        AssertPictures("one", "two", tolerance: 0);
        AssertPictures("one", "off", tolerance: 2);
        Assert.Equal(3, Books.Open(Data).Leases);
        using var ledger = new SqliteConnection($"Data Source={Path.Combine(Data, "farthing.db")};Pooling=False");
        var runs = ledger.Query<string>("SELECT run_id FROM leases ORDER BY id").ToList();
        long Memos(string run) => ledger.ExecuteScalar<long>(
            "SELECT count(*) FROM memos WHERE run_id = @run AND kind = 'text_embedding_cache' AND stage = 'text_encoders' AND quantity > 0 AND evidence LIKE '%text_encoder_3%core-µs%'", new { run });

        // Rows 1 and 4 have the same scene.
        Assert.Equal([1L, 4L, 0L], runs.Select(Memos));
    }

    [Fact]
    public async Task Warming_goes_on_where_it_stopped_and_statistics_say_what_is_there()
    {
        string stems = Path.Combine(_folder, "stems.txt");
        File.WriteAllLines(stems, ["on sand, the sea, bright sun, close-up", "on snow, mountains, soft daylight, eye level", "12,34"]);
        var first = await FarthingProcess.RunAsync("cache", "warm", stems, "--data", Data);
        var second = await FarthingProcess.RunAsync("cache", "warm", stems, "--data", Data);
        var stats = await FarthingProcess.RunAsync("cache", "stats", "--data", Data, "--json");

        Assert.Equal((ExitCodes.Partial, ExitCodes.Partial, ExitCodes.Done), (first.ExitCode, second.ExitCode, stats.ExitCode));
        Assert.Contains("line 3", first.Errors, StringComparison.Ordinal);
        Assert.Contains("2 stems are 2 scene texts: 0 were kept, 2 encoded", first.Output, StringComparison.Ordinal);
        Assert.Contains("2 were kept, 0 encoded", second.Output, StringComparison.Ordinal);
        using var json = JsonDocument.Parse(stats.Output);
        Assert.All(json.RootElement.GetProperty("encoders").EnumerateArray(), row =>
        {
            Assert.Equal("Current", row.GetProperty("state").GetString());
            Assert.Equal(2, row.GetProperty("statistics").GetProperty("entries").GetInt64());
            Assert.Equal(2, row.GetProperty("statistics").GetProperty("counts").GetProperty("misses").GetInt64());
        });

        File.WriteAllText(Path.Combine(_folder, "one.csv"), $"id,prompt,product\na,red mug on sand the sea bright sun,{Path.Combine(Golden.RepositoryRoot, "samples/products/red-mug.png")}\n");
        var render = await FarthingProcess.RunAsync("render", Path.Combine(_folder, "one.csv"), "--steps", "1", "--stems", stems, "--out", Path.Combine(_folder, "o"), "--data", Data);
        Assert.Contains("3 of 3 were kept from before", render.Output, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Campaign()
    {
        string product = Path.Combine(Golden.RepositoryRoot, "samples/products/red-mug.png");
        string path = Path.Combine(_folder, "campaign.csv");
        File.WriteAllLines(path,
        [
            "id,prompt,product,seed,negative_prompt",
            $"1,red mug on sand,{product},1,blurry",
            $"2,red mug on a marble table,{product},2,blurry",
            $"3,red mug on fresh snow,{product},3,blurry",
            $"4,red mug on sand,{product},4,blurry",
        ]);
        return path;
    }

    private async Task<string> RenderAsync(string manifest, string name, params string[] further)
    {
        var result = await FarthingProcess.RunAsync(
            ["render", manifest, "--steps", "4", "--out", Path.Combine(_folder, name), "--data", Data, .. further]);
        Assert.True(result.ExitCode == 0, result.Errors);
        return result.Output;
    }

    private void AssertPictures(string first, string second, int tolerance)
    {
        foreach (string file in Directory.EnumerateFiles(Path.Combine(_folder, first), "*.png"))
        {
            byte[] a = CutOutLoader.LoadFile(file).Pixels.Pixels;
            byte[] b = CutOutLoader.LoadFile(Path.Combine(_folder, second, Path.GetFileName(file))).Pixels.Pixels;
            Assert.Equal(a.Length, b.Length);
            Assert.InRange(a.Zip(b).Max(p => Math.Abs(p.First - p.Second)), 0, tolerance);
        }
    }
}
