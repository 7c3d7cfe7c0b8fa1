using System.Text.Json;
using Farthing.Diffusion.Tokenizers;
using Farthing.Tests.Goldens;

namespace Farthing.Tests.Diffusion.Tokenizers;

public sealed class GoldenTokenizerTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("farthing-tokenizer-").FullName;

    [Theory]
    [InlineData("tokenizer", "ids")]
    [InlineData("tokenizer_2", "ids_2")]
    public void Every_text_has_clips_ids(string name, string field)
    {
        var tokenizer = Clip(name);
        using var golden = Golden.Json("clip-tokenizer", "cases.json");

        AssertAll(golden, row => (tokenizer.EncodeWhole(TextOf(row)), row.TryGetProperty(field, out var own) ? own : row.GetProperty("ids")));
    }

    [Theory]
    [InlineData("tokenizer", "padded")]
    [InlineData("tokenizer_2", "padded_2")]
    public void Padded_and_cut_clip_texts_are_as_recorded(string name, string field)
    {
        var tokenizer = Clip(name);
        using var golden = Golden.Json("clip-tokenizer", "cases.json");
        var texts = Texts(golden);

        foreach (var sample in golden.RootElement.GetProperty("padded_samples").EnumerateArray())
        {
            var expected = sample.TryGetProperty(field, out var own) ? own : sample.GetProperty("padded");
            Assert.Equal(Ids(expected), tokenizer.Encode(texts[sample.GetProperty("n").GetInt32()]).Ids);
        }
    }

    [Fact]
    public void Every_text_has_t5s_ids()
    {
        var tokenizer = T5(512);
        using var golden = Golden.Json("t5-tokenizer", "cases.json");

        AssertAll(golden, row => (tokenizer.EncodeWhole(TextOf(row)), row.GetProperty("ids")));
    }

    [Theory]
    [InlineData(77)]
    [InlineData(256)]
    public void Padded_and_cut_t5_texts_are_as_recorded(int length)
    {
        var tokenizer = T5(length);
        using var golden = Golden.Json("t5-tokenizer", "cases.json");
        var texts = Texts(golden);

        foreach (var sample in golden.RootElement.GetProperty("padded_samples").EnumerateArray())
        {
            if (sample.TryGetProperty($"padded_{length}", out var expected))
            {
                Assert.Equal(Ids(expected), tokenizer.Encode(texts[sample.GetProperty("n").GetInt32()]).Ids);
            }
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static void AssertAll(JsonDocument golden, Func<JsonElement, (IReadOnlyList<int> Actual, JsonElement Expected)> encode)
    {
        List<string> wrong = [];
        foreach (var row in golden.RootElement.GetProperty("cases").EnumerateArray())
        {
            var (actual, expected) = encode(row);
            if (!actual.SequenceEqual(Ids(expected)))
            {
                wrong.Add($"{row.GetProperty("n")} {JsonSerializer.Serialize(TextOf(row))[..Math.Min(80, TextOf(row).Length)]}: "
                    + $"{string.Join(' ', actual.Take(12))} instead of {string.Join(' ', Ids(expected).Take(12))}");
            }
        }

        Assert.True(wrong.Count == 0, $"{wrong.Count} texts differ:\n{string.Join('\n', wrong.Take(30))}");
    }

    private static string TextOf(JsonElement row) => row.GetProperty("text").GetString()!;

    private static Dictionary<int, string> Texts(JsonDocument golden) =>
        golden.RootElement.GetProperty("cases").EnumerateArray().ToDictionary(r => r.GetProperty("n").GetInt32(), TextOf);

    private static int[] Ids(JsonElement ids) => [.. ids.EnumerateArray().Select(i => i.GetInt32())];

    private ITextTokenizer Clip(string name)
    {
        foreach (string file in new[] { "vocab.json", "merges.txt" })
        {
            File.Copy(Golden.PathOf("clip-tokenizer", file), Path.Combine(_folder, file));
        }

        foreach (string file in Directory.EnumerateFiles(Golden.PathOf("clip-tokenizer", name)))
        {
            File.Copy(file, Path.Combine(_folder, Path.GetFileName(file)));
        }

        return TokenizerFactory.Load(_folder);
    }

    private ITextTokenizer T5(int length)
    {
        File.Copy(Golden.PathOf("t5-tokenizer", "spiece.model"), Path.Combine(_folder, "spiece.model"));
        string config = File.ReadAllText(Golden.PathOf("t5-tokenizer", "tokenizer_config.json"));
        File.WriteAllText(
            Path.Combine(_folder, "tokenizer_config.json"),
            config.Replace("\"model_max_length\": 512", $"\"model_max_length\": {length}", StringComparison.Ordinal));
        return TokenizerFactory.Load(_folder);
    }
}
