using System.Text.Json;
using Farthing.Diffusion.Embeddings;
using Farthing.Diffusion.Sessions;
using Farthing.Tests.Goldens;

namespace Farthing.Tests.Diffusion.Embeddings;

/// <summary>Against the reference's tokens and embeddings (int8, one text a run).</summary>
public sealed class SentenceEmbedderTests : IDisposable
{
    // int8 kernels differ by CPU (u8×s8 may saturate without VNNI) and by runtime version.
    private const float Tolerance = 0.005f;

    // The reference reads these as special tokens; here a request can't write one.
    private static readonly string[] Bracketed = ["special-110", "special-111", "special-112", "special-113"];

    private readonly SentenceEmbedder _embedder = SentenceEmbedder.Load(Path.Combine(Golden.RepositoryRoot, "models", "all-MiniLM-L6-v2"));

    public void Dispose() => _embedder.Dispose();

    [Fact]
    public void Ids_and_embeddings_are_the_references()
    {
        using JsonDocument golden = Golden.Json("minilm", "cases.json");
        SentenceEmbedding reference = _embedder.Embed(golden.RootElement.GetProperty("reference").GetString()!);
        var wrong = new List<string>();
        int compared = 0;
        foreach (JsonElement text in golden.RootElement.GetProperty("strings").EnumerateArray())
        {
            string id = text.GetProperty("id").GetString()!;
            if (Bracketed.Contains(id))
            {
                continue;
            }

            compared++;
            string said = text.GetProperty("text").GetString()!;
            int[] ids = [.. text.GetProperty("ids").EnumerateArray().Select(static value => value.GetInt32())];
            IReadOnlyList<int> found = _embedder.Tokenize(said);
            if (!found.SequenceEqual(ids))
            {
                wrong.Add($"{id}: [{string.Join(' ', found.Take(20))}] is not [{string.Join(' ', ids.Take(20))}]");
                continue;
            }

            SentenceEmbedding embedding = _embedder.Embed(said);
            float off = Math.Abs(embedding.Cosine(reference) - text.GetProperty("dot").GetSingle());
            float first = text.GetProperty("first8").EnumerateArray().Select((value, at) => Math.Abs(value.GetSingle() - embedding.Values[at])).Max();
            if (off > Tolerance || first > Tolerance || embedding.Tokens != text.GetProperty("untruncated").GetInt32() || embedding.IsCut != embedding.Tokens > 256)
            {
                wrong.Add($"{id}: the dot product is off by {off}, a component by {first}, {embedding.Tokens} tokens");
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.Equal(116, compared);
    }

    [Theory]
    [InlineData("a [MASK] mug")]
    [InlineData("[CLS] red mug [SEP]")]
    [InlineData("[PAD] mug")]
    [InlineData("[UNK]")]
    public void Brackets_are_brackets_and_no_special_tokens(string text) =>
        Assert.DoesNotContain(_embedder.Tokenize(text).Skip(1).SkipLast(1), static id => id is 0 or 100 or 101 or 102 or 103);

    [Fact]
    public void Texts_that_embed_alike_are_flagged()
    {
        string cut = string.Concat(Enumerable.Repeat("red mug ", 200));
        Assert.True(_embedder.Embed(cut).IsCut);
        Assert.Equal(1, _embedder.Embed(cut + "blue").Cosine(_embedder.Embed(cut)), 5);
        Assert.True(_embedder.Embed("\u2ea7\u2ea8 \u2ea9").IsMostlyUnknown);
        Assert.False(_embedder.Embed("a red mug").IsMostlyUnknown);
        Assert.False(_embedder.Embed("").IsMostlyUnknown);
        Assert.True(_embedder.Embed(new string('x', 100_000)).IsCut);
    }

    [Fact]
    public void A_text_embeds_the_same_from_many_threads_and_has_norm_1()
    {
        float[] alone = _embedder.Embed("a red ceramic mug").Values;
        Assert.Equal(1, alone.Sum(static value => (double)value * value), 5);
        Parallel.For(0, 40, at =>
        {
            _embedder.Embed(string.Concat(Enumerable.Repeat("mug ", at)));
            Assert.Equal(alone, _embedder.Embed("a red ceramic mug").Values);
        });
    }

    [Fact]
    public void A_directory_without_a_model_says_what_is_missing()
    {
        var error = Assert.Throws<ModelDirectoryException>(() => SentenceEmbedder.Load(Path.Combine(Golden.RepositoryRoot, "samples")));
        Assert.Equal(2, error.Problems.Count);
    }
}
