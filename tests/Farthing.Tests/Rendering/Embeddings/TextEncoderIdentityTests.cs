using Farthing.Diffusion.Pipelines;
using Farthing.Diffusion.Sessions;
using Farthing.Rendering.Embeddings;
using Farthing.Tests.Diffusion.Pipelines;
using Farthing.Tests.Goldens;
using Microsoft.Extensions.Time.Testing;

namespace Farthing.Tests.Rendering.Embeddings;

[Collection(nameof(DemoPipelines))]
public sealed class TextEncoderIdentityTests(DemoPipelines pipelines) : IDisposable
{
    private readonly ScratchFolder _folder = new();

    [Fact]
    public void It_changes_with_every_file_of_encoder_and_tokenizer_and_with_no_other()
    {
        var encoder = pipelines.Whole.Prompts.Encoders[1];
        foreach (string file in Directory.EnumerateFiles(Golden.DemoModel, "*", SearchOption.AllDirectories).Where(f => !f.Contains("unet", StringComparison.Ordinal)))
        {
            string copy = _folder.File(Path.GetRelativePath(Golden.DemoModel, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        string first = TextEncoderIdentity.Compute(_folder.FullName, encoder);
        Assert.Equal(first, TextEncoderIdentity.Compute(Golden.DemoModel, encoder));
        foreach (string file in Directory.EnumerateFiles(_folder.FullName, "*", SearchOption.AllDirectories))
        {
            string part = Path.GetRelativePath(_folder.FullName, file).Split(Path.DirectorySeparatorChar)[0];
            byte[] bytes = File.ReadAllBytes(file);
            bytes[^1] ^= 1;
            File.WriteAllBytes(file, bytes);
            Assert.Equal(part is not ("text_encoder_2" or "tokenizer_2"), first == TextEncoderIdentity.Compute(_folder.FullName, encoder));
            bytes[^1] ^= 1;
            File.WriteAllBytes(file, bytes);
        }

        Directory.CreateDirectory(_folder.File("unet"));
        File.WriteAllText(_folder.File("unet/model.onnx"), "another");
        Assert.Equal(first, TextEncoderIdentity.Compute(_folder.FullName, encoder));
        File.WriteAllText(_folder.File("text_encoder_2/weight_without_extension"), "x");
        Assert.NotEqual(first, TextEncoderIdentity.Compute(_folder.FullName, encoder));
        Assert.NotEqual(first, TextEncoderIdentity.Compute(Golden.DemoModel, encoder with { Output = "hidden_states.4" }));
        Assert.NotEqual(first, TextEncoderIdentity.Compute(Golden.DemoModel, encoder with { ElementType = "Float16" }));
    }

    [Fact]
    public void With_fp32_a_hit_is_to_the_last_bit_what_the_pipeline_gives()
    {
        using var cache = EmbeddingCache.Open(new EmbeddingOptions { Storage = EmbeddingStorage.Fp32 }, _folder.FullName, new FakeTimeProvider())!;
        string[] texts = ["an empty scene on sand, the sea, bright sun", "", string.Join(' ', Enumerable.Repeat("mug", 200))];
        var model = new ModelEmbeddings(cache, new ModelTextEncoders(pipelines.Whole.Prompts, Golden.DemoModel));
        model.Find(texts, 1);
        var expected = pipelines.Whole.Encode(texts);
        var found = model.Find(texts, 1);

        Assert.All(expected.Zip(found), p =>
        {
            Assert.Equal(p.First.States, p.Second.Prompt.States);
            Assert.Equal(p.First.Pooled, p.Second.Prompt.Pooled);
            Assert.Equal(p.First.Truncations, p.Second.Prompt.Truncations);
            Assert.Equal(3, p.Second.Saved.Count);
        });
    }

    [Fact]
    public void Only_the_real_tokens_of_the_demos_third_encoder_are_kept()
    {
        var prompts = pipelines.Whole.Prompts;
        var tokens = prompts.Tokenize("on sand, the sea, bright sun");
        TextStates states = prompts.Encode(2, [tokens[2]])[0];

        Assert.Equal(tokens[2].Count, EmbeddingEntry.Of(states, prompts.Encoders[2].Width, EmbeddingStorage.Fp16, default)!.Rows);
    }

    public void Dispose() => _folder.Dispose();
}
