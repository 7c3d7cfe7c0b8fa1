using System.Diagnostics;
using Farthing.Tests.Goldens;
using NetVips;

namespace Farthing.Tests.EndToEnd;

/// <summary>
/// A campaign is killed by SIGKILL at points spread over its whole run, and started again. Pictures and deliveries must be
/// those of an undisturbed run, and every microsecond and unit of money must be explained.
/// </summary>
[Collection(nameof(Alone))]
public sealed class CrashTests : IDisposable
{
    private const int Points = 20;
    private const int MostStarts = 60;
    private const int Rows = 6;

    private readonly string _folder = Directory.CreateTempSubdirectory("farthing-crash-").FullName;

    [Fact]
    public async Task A_killed_campaign_ends_as_an_undisturbed_one()
    {
        string manifest = WriteManifest();
        var watch = Stopwatch.StartNew();
        var undisturbed = await FarthingProcess.RunAsync(Arguments(manifest, "whole"));
        var duration = watch.Elapsed;
        Assert.Equal(0, undisturbed.ExitCode);
        var expected = Pictures("whole");
        Assert.Equal(Rows, expected.Count);
        int killed = 0;

        for (int start = 1; killed < Points; start++)
        {
            Assert.True(start <= MostStarts, $"Only {killed} of {MostStarts} runs were killed before their end.");
            string name = $"killed-{start}";
            watch.Restart();
            using (var process = FarthingProcess.Start(Arguments(manifest, name)))
            {
                // A run that ends before its point says that the machine is faster now.
                bool inTime = await process.KillAfterAsync(duration * (killed + 1) / (Points + 1));
                (killed, duration) = inTime ? (killed + 1, duration) : (killed, watch.Elapsed);
            }

            await AssertEndsWellAsync(manifest, name, expected);
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private async Task AssertEndsWellAsync(string manifest, string name, Dictionary<string, byte[]> expected)
    {
        var finished = Delivered(name);
        var again = await FarthingProcess.RunAsync(Arguments(manifest, name));

        Assert.True(again.ExitCode == 0, $"{name}: {again.Errors}");
        AssertSame(expected, Pictures(name), name);
        var books = Books.Open(Path.Combine(_folder, name, "data"));
        Assert.Equal(Rows, books.Counts.Delivered);
        Assert.Equal(0, books.Counts.Failed);
        Assert.Equal(Rows, books.DeliveredAttempt.Count);
        Assert.All(finished, render => Assert.Equal(1, books.DeliveredAttempt[render]));
        Directory.Delete(Path.Combine(_folder, name), recursive: true);
    }

    private string[] Arguments(string manifest, string name) =>
    [
        "render", manifest, "--steps", "3", "--batch", "2", "--out", Path.Combine(_folder, name, "out"),
        "--data", Path.Combine(_folder, name, "data"),
    ];

    private string WriteManifest()
    {
        string path = Path.Combine(_folder, "campaign.csv");
        string products = Path.Combine(Golden.RepositoryRoot, "samples", "products");
        string[] names = [.. Directory.EnumerateFiles(products).Order(StringComparer.Ordinal).Take(Rows - 2)];
        File.WriteAllLines(path,
        [
            "id,prompt,product,seed,tags",
            .. names.Select((product, i) => $"scene-{i},a vase on sand with a curtain,{product},{i},crash"),
            "whole-1,a red mug on a marble table,,11,crash",
            "whole-2,a blue bottle on grass,,12,crash",
        ]);
        return path;
    }

    /// <summary>Renders that the ledger says are delivered, before the second start.</summary>
    private List<string> Delivered(string name)
    {
        string database = Path.Combine(_folder, name, "data", "farthing.db");
        if (!File.Exists(database))
        {
            return [];
        }

        using var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={database};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT count(*) FROM sqlite_master WHERE name = 'attempt_outcomes'";
        if ((long)command.ExecuteScalar()! == 0)
        {
            return [];
        }

        command.CommandText = "SELECT render_id FROM attempt_outcomes WHERE outcome = 'delivered'";
        using var reader = command.ExecuteReader();
        List<string> renders = [];
        while (reader.Read())
        {
            renders.Add(reader.GetString(0));
        }

        return renders;
    }

    private Dictionary<string, byte[]> Pictures(string name) =>
        Directory.EnumerateFiles(Path.Combine(_folder, name, "out"), "*.png").ToDictionary(
            file => Path.GetFileName(file)!,
            file =>
            {
                using var image = Image.NewFromFile(file);
                return image.WriteToMemory<byte>();
            });

    private static void AssertSame(Dictionary<string, byte[]> expected, Dictionary<string, byte[]> actual, string run)
    {
        Assert.Equal(expected.Keys.Order(), actual.Keys.Order());
        foreach (var (name, pixels) in expected)
        {
            Assert.True(pixels.AsSpan().SequenceEqual(actual[name]), $"{run}: {name} has other pixels");
        }
    }
}

/// <summary>Tests that time their kills run when no other test does.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
