using Farthing.Diffusion.Sessions;
using Farthing.Tests.Goldens;

namespace Farthing.Tests.Diffusion.Sessions;

public sealed class ModelDirectoryTests : IDisposable
{
    private readonly string _copy = Directory.CreateTempSubdirectory("farthing-model-").FullName;

    [Fact]
    public void The_demo_model_opens()
    {
        var directory = ModelDirectory.Open(Golden.DemoModel);

        Assert.True(directory.IsXl);
        Assert.True(directory.HasVaeEncoder);
        Assert.Equal(8, directory.PixelsPerCell);
        Assert.Equal(128, directory.NativeSize);
        Assert.Equal(["text_encoder", "text_encoder_2", "text_encoder_3"], directory.TextEncoders.Select(e => e.Name));
    }

    [Fact]
    public void Everything_that_is_missing_is_listed_at_once()
    {
        CopyConfigurations();
        File.Delete(Path.Combine(_copy, "unet", "config.json"));
        File.WriteAllText(Path.Combine(_copy, "vae_decoder", "config.json"), "{}");
        File.WriteAllText(Path.Combine(_copy, "text_encoder_3", "config.json"), "{ not json");
        Directory.Delete(Path.Combine(_copy, "tokenizer_2"), recursive: true);

        var error = Assert.Throws<ModelDirectoryException>(() => ModelDirectory.Open(_copy));

        string[] expected =
        [
            "unet/config.json is missing", "unet/model.onnx is missing", "vae_decoder/model.onnx is missing", "scaling_factor",
            "text_encoder/model.onnx is missing", "text_encoder_3/config.json can't be read",
        ];
        Assert.All(expected, part => Assert.Contains(error.Problems, p => p.Contains(part, StringComparison.Ordinal)));
        Assert.All(error.Problems, p => Assert.Contains(p, error.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void A_transformer_model_is_refused_by_name()
    {
        CopyConfigurations();
        Directory.CreateDirectory(Path.Combine(_copy, "transformer"));

        var error = Assert.Throws<ModelDirectoryException>(() => ModelDirectory.Open(_copy));

        Assert.Contains(error.Problems, p => p.Contains("SD3", StringComparison.Ordinal));
    }

    [Fact]
    public void A_directory_that_is_not_there_says_so() =>
        Assert.Contains("no such directory", Assert.Throws<ModelDirectoryException>(
            () => ModelDirectory.Open(Path.Combine(_copy, "nowhere"))).Message, StringComparison.Ordinal);

    [Fact]
    public void The_hash_follows_the_content_not_the_place()
    {
        CopyConfigurations();
        string before = ModelHash.Compute(_copy);
        string moved = _copy + "-moved";
        Directory.Move(_copy, moved);
        try
        {
            Assert.Equal(before, ModelHash.Compute(moved));
            File.AppendAllText(Path.Combine(moved, "unet", "config.json"), " ");
            Assert.NotEqual(before, ModelHash.Compute(moved));
        }
        finally
        {
            Directory.Move(moved, _copy);
        }
    }

    [Fact]
    public void What_is_written_about_a_finished_model_leaves_its_hash_as_it_was()
    {
        CopyConfigurations();
        string before = ModelHash.Compute(_copy);

        foreach (string name in new[] { "acceptance.json", "report.json", "report.html" })
        {
            File.WriteAllText(Path.Combine(_copy, name), "{}");
        }

        Assert.Equal(before, ModelHash.Compute(_copy));
        File.WriteAllText(Path.Combine(_copy, "unet", "report.json"), "{}");
        Assert.NotEqual(before, ModelHash.Compute(_copy));
    }

    public void Dispose() => Directory.Delete(_copy, recursive: true);

    private void CopyConfigurations()
    {
        foreach (string file in Directory.EnumerateFiles(Golden.DemoModel, "*", SearchOption.AllDirectories)
            .Where(f => !f.EndsWith(".onnx", StringComparison.Ordinal)))
        {
            string target = Path.Combine(_copy, Path.GetRelativePath(Golden.DemoModel, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }
}
