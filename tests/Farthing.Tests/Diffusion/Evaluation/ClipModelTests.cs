using Farthing.Diffusion.Evaluation;
using Farthing.Diffusion.Evaluation.Clip;
using Farthing.Diffusion.Evaluation.Metrics;
using Farthing.Diffusion.Pipelines;
using Farthing.Diffusion.Sessions;
using Farthing.Rendering.Manifests;
using Farthing.Tests.Diffusion.Pipelines;
using Farthing.Tests.Goldens;
using Farthing.Tests.Rendering;

namespace Farthing.Tests.Diffusion.Evaluation;

[Collection(nameof(DemoPipelines))]
public sealed class ClipModelTests(DemoPipelines demo)
{
    private static readonly string Clip = Path.Combine(Golden.RepositoryRoot, "models", "demo-clip");
    private static readonly string Tokenizer = Path.Combine(Golden.DemoModel, "tokenizer");
    private static readonly ExecutionOptions Execution = new() { ThreadsPerRun = 2 };

    [Fact]
    public void The_demo_models_pictures_are_near_their_own_captions_and_far_from_others()
    {
        RenderRequest[] rows = [.. ManifestReader.ReadFile(Path.Combine(SampleFiles.Folder, "evaluation.jsonl")).Requests.Take(8)];
        RgbPicture[] pictures = Render(rows);
        using var clip = ClipModel.Load(Clip, Tokenizer, Execution);
        using var features = FeatureModel.Load(Path.Combine(Golden.DemoModel, "vae_encoder", "model.onnx"), Execution);
        var embedded = rows.Select(row => clip.Embed(row.Prompt, pictures)).ToArray();

        double own = rows.Select((_, i) => Cosine.Of(embedded[i].Text, embedded[i].Pictures[i])).Average();
        double others = rows.SelectMany((_, i) => rows.Select((_, j) => (i, j))).Where(static at => at.i != at.j)
            .Average(at => Cosine.Of(embedded[at.i].Text, embedded[at.i].Pictures[at.j]));
        Assert.InRange(own, 0.55, 0.85);
        Assert.InRange(others, -0.2, 0.3);
        Assert.Equal(1, Cosine.Of(embedded[0].Pictures[0], embedded[1].Pictures[0]), 5);
        Assert.InRange(Cosine.Of(embedded[0].Pictures[0], embedded[0].Pictures[1]), -0.5, 0.9);

        Assert.Equal(0, features.Distance(pictures[0], pictures[0]), 6);
        Assert.InRange(features.Distance(pictures[0], pictures[1]), 0.05, 4);
        Assert.Equal(features.Distance(pictures[0], pictures[1]), features.Distance(pictures[1], pictures[0]), 5);
    }

    [Fact]
    public void A_graph_in_two_files_gives_what_it_gives_in_one()
    {
        using var folder = new ScratchFolder();
        File.Copy(Path.Combine(Clip, PreprocessorConfig.FileName), folder.File(PreprocessorConfig.FileName));
        foreach (string file in new[] { "text_model.onnx", "vision_model.onnx" })
        {
            File.CreateSymbolicLink(folder.File(file), Path.Combine(Clip, "model.onnx"));
        }

        RgbPicture[] pictures = [EvaluationPictures.Pattern(100)];
        using var one = ClipModel.Load(Clip, Tokenizer, Execution);
        using var two = ClipModel.Load(folder.FullName, Tokenizer, Execution);
        var (expected, actual) = (one.Embed("a red mug", pictures), two.Embed("a red mug", pictures));

        Assert.Equal(expected.Text, actual.Text);
        Assert.Equal(expected.Pictures[0], actual.Pictures[0]);
    }

    [Fact]
    public void What_is_no_clip_is_refused_with_everything_that_is_wrong()
    {
        using var folder = new ScratchFolder();
        File.CreateSymbolicLink(folder.File("model.onnx"), Path.Combine(Golden.DemoModel, "vae_encoder", "model.onnx"));

        string message = Refused(folder.FullName);
        Assert.Contains("preprocessor_config.json is missing", message, StringComparison.Ordinal);
        Assert.Contains("no input 'input_ids'", message, StringComparison.Ordinal);
        Assert.Contains("no output 'image_embeds'", message, StringComparison.Ordinal);

        File.Delete(folder.File("model.onnx"));
        Assert.Contains("optimum-cli export onnx", Refused(folder.FullName), StringComparison.Ordinal);
        Assert.Contains("no such directory", Refused(folder.File("none")), StringComparison.Ordinal);

        File.CreateSymbolicLink(folder.File("model.onnx"), Path.Combine(Clip, "model.onnx"));
        File.WriteAllText(folder.File(PreprocessorConfig.FileName), """{"size":64,"crop_size":64}""");
        Assert.Contains("pictures of 128×128", Refused(folder.FullName), StringComparison.Ordinal);

        File.WriteAllText(folder.File("config.json"), """{"text_config":{"vocab_size":7}}""");
        Assert.Contains("7 words", Refused(folder.FullName), StringComparison.Ordinal);

        string unet = Path.Combine(Golden.DemoModel, "unet", "model.onnx");
        Assert.Contains("one float input", Assert.Throws<EvaluationException>(() => FeatureModel.Load(unet, Execution)).Message, StringComparison.Ordinal);
    }

    private static string Refused(string directory) => Assert.Throws<EvaluationException>(() => ClipModel.Load(directory, Tokenizer, Execution)).Message;

    private RgbPicture[] Render(RenderRequest[] rows)
    {
        var prompts = demo.Whole.Encode([.. rows.Select(static row => row.Prompt)]);
        using var denoiser = demo.Whole.CreateDenoiser();
        float[] latents = denoiser.Denoise(new DenoiseRequest
        {
            Items = [.. rows.Select((row, i) => new DenoiseItem { Prompt = prompts[i], Seed = row.Seed!.Value })],
            Width = 128,
            Height = 128,
            Steps = 15,
        });
        int length = latents.Length / rows.Length;
        return [.. rows.Select((_, i) => demo.Whole.Decode(latents.AsSpan(i * length, length), 128, 128))];
    }
}
