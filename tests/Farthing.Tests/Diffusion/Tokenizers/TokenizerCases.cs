using System.Text.Json;
using Farthing.Diffusion.Tokenizers;
using Farthing.Tests.Goldens;

namespace Farthing.Tests.Diffusion.Tokenizers;

/// <summary>The texts and ids of a cases.json.</summary>
internal sealed class TokenizerCases(string folder)
{
    private readonly JsonElement _root = Golden.Json(folder, "cases.json").RootElement.Clone();

    public IEnumerable<JsonElement> All => _root.GetProperty("cases").EnumerateArray();

    public IEnumerable<JsonElement> Padded => _root.GetProperty("padded_samples").EnumerateArray();

    public string Text(JsonElement sample) =>
        All.ElementAt(sample.GetProperty("n").GetInt32()).GetProperty("text").GetString()!;

    public static int[] Ids(JsonElement value) => [.. value.EnumerateArray().Select(i => i.GetInt32())];

    /// <summary>Compares every case, whole and at a length, and tells the first few that differ.</summary>
    public void AssertSame(ITextTokenizer tokenizer, Func<JsonElement, int[]> expectedOf, int pad, params int[] lengths)
    {
        var wrong = new List<string>();
        int seen = 0;
        foreach (var item in All)
        {
            string text = item.GetProperty("text").GetString()!;
            int[] whole = expectedOf(item);
            var encoded = tokenizer.Encode(text, whole.Length + 5);
            if (!encoded.Ids[..encoded.Count].SequenceEqual(whole) || encoded.TruncatedFrom is not null)
            {
                wrong.Add($"{item.GetProperty("n")} {JsonSerializer.Serialize(text)}: want " +
                    $"{string.Join(' ', whole)}, have {string.Join(' ', encoded.Ids[..encoded.Count].ToArray())}");
            }

            foreach (int length in lengths)
            {
                int[] kept = whole.Length <= length ? whole : [.. whole[..(length - 1)], whole[^1]];
                int[] padded = [.. kept, .. Enumerable.Repeat(pad, length - kept.Length)];
                var cut = tokenizer.Encode(text, length);
                Assert.Equal(kept.Length, cut.Count);
                Assert.Equal(whole.Length > length ? whole.Length : null, cut.TruncatedFrom);
                Assert.True(cut.Ids.SequenceEqual(padded), $"case {item.GetProperty("n")} at {length}");
            }

            seen++;
        }

        Assert.Equal(579, seen);
        Assert.True(wrong.Count == 0, $"{wrong.Count} differ:\n{string.Join('\n', wrong.Take(10))}");
    }
}
