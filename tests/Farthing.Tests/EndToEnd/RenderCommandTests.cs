using System.Text.Json;
using Farthing.Rendering.Imaging;
using Farthing.Tests.Goldens;
using NetVips;

namespace Farthing.Tests.EndToEnd;

public sealed class RenderCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("farthing-cli-").FullName;

    private string Out => Path.Combine(_folder, "out");

    private string Data => Path.Combine(_folder, "data");

    [Fact]
    public async Task Bad_rows_fail_alone_and_odd_ones_are_rendered()
    {
        File.WriteAllText(Path.Combine(_folder, "note.txt"), "not a picture");
        File.WriteAllText(Path.Combine(_folder, "broken.png"), "\u0089PNG broken");
        string manifest = Path.Combine(_folder, "campaign.csv");
        string words = string.Join(' ', Enumerable.Repeat("mug", 4000));
        File.WriteAllLines(manifest,
        [
            "id,prompt,product,seed,width,height,steps,guidance,negative_prompt,tags",
            "good,red mug on sand,,1,,,,,,spring",
            "missing-file,red mug,nowhere.png,1,,,,,,",
            "no-picture,red mug,broken.png,1,,,,,,",
            "odd-width,red mug,,1,100,,,,,",
            "minus-steps,red mug,,1,,,-5,,,",
            "chinese,白色运动鞋 在 沙滩上,,2,,,,,,",
            "emoji,👟 on 🏖️,,3,,,,,,",
            $"long,{words},,4,,,,,,",
        ]);

        var result = await FarthingProcess.RunAsync(
            "render", manifest, "--steps", "2", "--json", "--out", Out, "--data", Data);

        Assert.True(result.ExitCode == ExitCodes.Partial, result.Errors);
        using var json = JsonDocument.Parse(result.Output);
        Assert.Equal(4, json.RootElement.GetProperty("delivered").GetInt32());
        Assert.Equal(4, json.RootElement.GetProperty("failed").GetInt32());
        Assert.Equal(0, json.RootElement.GetProperty("lost").GetInt32());
        AssertAddsUp(json.RootElement);
        Assert.Equal(
            ["chinese.png", "emoji.png", "good.png", "long.png"],
            Directory.EnumerateFiles(Out, "*.png").Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal));
        foreach (string told in new[] { "nowhere.png", "broken.png", "multiple of 8", "-5", "is longer than" })
        {
            Assert.Contains(told, result.Errors, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("   at ", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_start_renders_nothing_and_prints_the_same_deliveries()
    {
        string[] arguments = ["render", "a red mug on sand", "--steps", "2", "--seed", "5", "--json", "--out", Out, "--data", Data];
        var first = await FarthingProcess.RunAsync(arguments);
        Assert.True(first.ExitCode == 0, first.Errors);
        var written = File.GetLastWriteTimeUtc(Directory.EnumerateFiles(Out, "*.png").Single());

        var second = await FarthingProcess.RunAsync(arguments);

        Assert.Equal(0, second.ExitCode);
        Assert.Equal(written, File.GetLastWriteTimeUtc(Directory.EnumerateFiles(Out, "*.png").Single()));
        using var json = JsonDocument.Parse(second.Output);
        Assert.Equal(1, json.RootElement.GetProperty("delivered").GetInt32());
        Assert.Equal(1, Books.Open(Data).Counts.Delivered);
    }

    [Fact]
    public async Task The_picture_carries_its_record_and_the_cost_that_the_ledger_has()
    {
        var result = await FarthingProcess.RunAsync(
            "render", "weiße Schuhe 👟", "--steps", "2", "--seed", "7", "--json", "--out", Out, "--data", Data);
        Assert.True(result.ExitCode == 0, result.Errors);
        string picture = Directory.EnumerateFiles(Out, "*.png").Single();
        var texts = PngText.Read(File.ReadAllBytes(picture)).ToDictionary(t => t.Key, t => t.Value);
        using var record = JsonDocument.Parse(File.ReadAllBytes(Path.ChangeExtension(picture, ".json")));

        Assert.Equal("weiße Schuhe 👟", texts["prompt"]);
        Assert.Equal("7", texts["seed"]);
        Assert.Equal("2", texts["steps"]);
        Assert.Equal(64, texts["model_hash"].Length);
        Assert.Equal(texts["cost_usd"], record.RootElement.GetProperty("cost_usd").GetString());
        Assert.Equal(texts["render_id"], record.RootElement.GetProperty("render_id").GetString());
        Assert.Equal(Decimal.Parse(texts["cost_usd"], System.Globalization.CultureInfo.InvariantCulture), RenderCost(texts["render_id"]));
    }

    [Fact]
    public async Task Without_caption_and_sharpening_a_picture_is_diffusers_picture()
    {
        string model = CopyModelWithoutThirdEncoder();
        var result = await FarthingProcess.RunAsync(
            "render", "a metallic purple vase on grass in front of a forest, overcast light", "--seed", "1234", "--caption", "off",
            "--sharpen", "off", "--model", model, "--out", Out, "--data", Data);
        Assert.True(result.ExitCode == 0, result.Errors);

        using var image = Image.NewFromFile(Directory.EnumerateFiles(Out, "*.png").Single());
        byte[] expected = Golden.Tensors("pipeline", "t2i-seed.safetensors").Values<byte>("pixels");
        Assert.All(image.WriteToMemory<byte>().Zip(expected), p => Assert.InRange(Math.Abs(p.First - p.Second), 0, 3));
    }

    [Fact]
    public async Task A_model_that_cant_be_run_is_refused_with_everything_that_is_wrong()
    {
        string model = CopyModelWithoutThirdEncoder();
        File.Delete(Path.Combine(model, "unet", "model.onnx"));
        File.WriteAllText(Path.Combine(model, "vae_decoder", "config.json"), "{}");

        var result = await FarthingProcess.RunAsync("render", "x", "--model", model, "--out", Out, "--data", Data);

        Assert.Equal(ExitCodes.Model, result.ExitCode);
        Assert.Contains("unet/model.onnx is missing", result.Errors, StringComparison.Ordinal);
        Assert.Contains("scaling_factor", result.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Errors, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static void AssertAddsUp(JsonElement report)
    {
        var sum = report.GetProperty("stages").EnumerateArray()
            .Aggregate(Int128.Zero, (s, stage) => s + Int128.Parse(stage.GetProperty("amount").GetString()!, System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(sum.ToString(System.Globalization.CultureInfo.InvariantCulture), report.GetProperty("total").GetProperty("amount").GetString());
    }

    private decimal RenderCost(string renderId)
    {
        using var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={Path.Combine(Data, "farthing.db")};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT amount FROM transfers JOIN charges ON charges.seq = transfers.charge_seq WHERE render_id = $id";
        command.Parameters.AddWithValue("$id", renderId);
        using var reader = command.ExecuteReader();
        decimal sum = 0;
        while (reader.Read())
        {
            sum += reader.GetInt64(0);
        }

        return sum / 1_000_000_000_000;
    }

    private string CopyModelWithoutThirdEncoder()
    {
        string model = Path.Combine(_folder, "model");
        foreach (string file in Directory.EnumerateFiles(Golden.DemoModel, "*", SearchOption.AllDirectories)
            .Where(f => !f.Contains("_3", StringComparison.Ordinal)))
        {
            string target = Path.Combine(model, Path.GetRelativePath(Golden.DemoModel, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }

        return model;
    }
}
