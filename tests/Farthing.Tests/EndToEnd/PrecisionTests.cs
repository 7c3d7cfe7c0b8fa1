using System.Text.Json;
using Farthing.Tests.Rendering.Precision;
using Microsoft.Data.Sqlite;
using NetVips;

namespace Farthing.Tests.EndToEnd;

public sealed class PrecisionTests : IDisposable
{
    private readonly PrecisionFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task One_campaign_draws_each_row_in_its_own_precision_and_books_it()
    {
        _folder.Accept();
        string manifest = Write("rows.csv", "id,prompt,seed,tags,width\nbig,a vase,1,shop,192\nhero,a red mug,2,fashion-hero,\nshop,a blue mug,3,shop,\nplain,a red mug,2,,\n");
        string config = Write(
            "farthing.yaml",
            "precision:\n  rules:\n    - {when: {min_pixels: 20000}, use: fp16/fp32}\n    - {tags: [fashion-hero], use: full}\n    - else: int8\n    - use: fp32\n");
        string[] arguments = ["render", manifest, "--config", config, "--steps", "2", "--batch", "1", "--model", _folder.Demo];

        // Full precision first, so that int8 has something to be held against.
        var full = await RunAsync("full", [.. arguments, "--precision", "fp32"]);
        var mixed = await RunAsync("mixed", [.. arguments, "--json"]);

        Assert.True(full.ExitCode == 0 && mixed.ExitCode == 0, full.Errors + mixed.Errors);
        Assert.Contains("line 6: the rule 'always → fp32' is never reached", mixed.Errors, StringComparison.Ordinal);
        Assert.Equal(("fp32", "fp32"), (Precision("mixed", "big"), Precision("mixed", "hero")));
        Assert.Equal(("int8", "int8"), (Precision("mixed", "plain"), Precision("mixed", "shop")));
        Assert.True(Pixels("full", "hero").SequenceEqual(Pixels("mixed", "hero")));
        Assert.False(Pixels("full", "plain").SequenceEqual(Pixels("mixed", "plain")));
        using var bill = JsonDocument.Parse(mixed.Output);
        var savings = bill.RootElement.GetProperty("savings").EnumerateArray().ToList();
        int memos = savings.Where(row => row.GetProperty("kind").GetString() == "int8").Sum(row => row.GetProperty("memos").GetInt32());
        int slower = mixed.Errors.Contains("2 renders at int8 took no less", StringComparison.Ordinal) ? 2
            : mixed.Errors.Contains("1 render at int8 took no less", StringComparison.Ordinal) ? 1 : 0;
        Assert.Equal(2, memos + slower);
        Assert.DoesNotContain("without a memo", mixed.Errors, StringComparison.Ordinal);
        Books.Open(_folder.Data);

        var report = await FarthingProcess.RunAsync("report", "--data", _folder.Data, "--by", "precision", "--run", "last", "--json");
        using var groups = JsonDocument.Parse(report.Output);
        Assert.Equal(
            [("fp32", 2), ("int8", 2)],
            groups.RootElement.GetProperty("groups").EnumerateArray()
                .Select(group => (group.GetProperty("key").GetString(), group.GetProperty("report").GetProperty("delivered").GetInt32()))
                .Where(group => group.Item1 != ""));
    }

    [Fact]
    public async Task A_run_at_int8_goes_on_where_it_stopped()
    {
        _folder.Accept();
        string manifest = Write("rows.csv", "id,prompt,seed\na,a red mug,1\nb,a blue mug,2\nc,a green mug,3\n");
        string[] arguments = ["render", manifest, "--precision", "int8", "--steps", "2", "--batch", "1", "--model", _folder.Demo];
        var first = await RunAsync("out", arguments);
        Assert.True(first.ExitCode == 0, first.Errors);
        byte[] pixels = Pixels("out", "b");
        File.Delete(Picture("out", "b"));

        var second = await RunAsync("out", arguments);

        Assert.True(second.ExitCode == 0, second.Errors);
        Assert.Contains("3 rows, 2 delivered before, 1 to render", second.Errors, StringComparison.Ordinal);
        Assert.True(pixels.SequenceEqual(Pixels("out", "b")));
        Assert.Equal("int8", Precision("out", "b"));
        Books.Open(_folder.Data);
    }

    [Fact]
    public async Task A_model_that_nobody_accepted_is_refused_unless_forced_and_that_is_noted()
    {
        string[] asked = ["render", "a red mug", "--precision", "int8", "--steps", "1", "--seed", "1", "--model", _folder.Demo];
        string[] itself = ["render", "a red mug", "--steps", "1", "--seed", "1", "--model", _folder.Int8];
        foreach (string[] arguments in new[] { asked, itself })
        {
            var refused = await RunAsync("out", arguments);
            Assert.Equal(ExitCodes.Model, refused.ExitCode);
            Assert.Contains($"Run `farthing evaluate {_folder.Demo} {_folder.Int8}`", refused.Errors, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", refused.Errors, StringComparison.Ordinal);
        }

        var forced = await RunAsync("out", [.. asked, "--force-precision"]);

        Assert.True(forced.ExitCode == 0, forced.Errors);
        Assert.Contains("warning: int8 is forced for", forced.Errors, StringComparison.Ordinal);
        string picture = Directory.EnumerateFiles(Path.Combine(_folder.Path, "out"), "*.png").Single();
        using var record = JsonDocument.Parse(File.ReadAllBytes(Path.ChangeExtension(picture, ".json")));
        Assert.Contains("no acceptance record", record.RootElement.GetProperty("precision_forced").GetString(), StringComparison.Ordinal);
        Assert.Equal(("int8", 1L), Attempt());
        Assert.Equal(0, Lost());
        Books.Open(_folder.Data);
    }

    private Task<FarthingProcess.Result> RunAsync(string output, string[] arguments) =>
        FarthingProcess.RunAsync([.. arguments, "--data", _folder.Data, "--out", Path.Combine(_folder.Path, output)]);

    private string Write(string name, string text)
    {
        string path = Path.Combine(_folder.Path, name);
        File.WriteAllText(path, text);
        return path;
    }

    private string Picture(string output, string id) => Path.Combine(_folder.Path, output, id + ".png");

    private byte[] Pixels(string output, string id)
    {
        using var image = Image.NewFromFile(Picture(output, id));
        return image.WriteToMemory<byte>();
    }

    private string? Precision(string output, string id)
    {
        using var record = JsonDocument.Parse(File.ReadAllBytes(Path.ChangeExtension(Picture(output, id), ".json")));
        return record.RootElement.GetProperty("precision").GetString();
    }

    /// <summary>What the refused starts took is warm-up, not lost.</summary>
    private long Lost()
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(_folder.Data, "farthing.db")};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT count(*) FROM charges WHERE stage = 'lost'";
        return (long)command.ExecuteScalar()!;
    }

    private (string Precision, long Forced) Attempt()
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(_folder.Data, "farthing.db")};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT precision, forced FROM attempts";
        using var row = command.ExecuteReader();
        Assert.True(row.Read());
        return (row.GetString(0), row.GetInt64(1));
    }
}
