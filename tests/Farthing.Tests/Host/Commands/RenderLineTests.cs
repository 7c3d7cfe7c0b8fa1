using System.CommandLine;
using Farthing.Commands;
using Farthing.Diffusion.Schedulers;
using Farthing.Diffusion.Sessions;
using Farthing.Rendering.Imaging;
using Farthing.Rendering.Manifests;

namespace Farthing.Tests.Host.Commands;

public sealed class RenderLineTests : IDisposable
{
    private readonly HostRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Fact]
    public void A_prompt_alone_takes_all_defaults()
    {
        Directory.CreateDirectory(Path.Combine(_rig.Folder, "models", "demo"));

        RenderLine line = Good("white sneaker on beach");

        Assert.Equal("white sneaker on beach", line.Source);
        RenderRequest row = Assert.Single(line.Prompt!.Requests);
        Assert.Equal(PromptManifest.IdOf("white sneaker on beach", null), row.Id);
        Assert.StartsWith("white-sneaker-on-beach-", row.Id, StringComparison.Ordinal);
        Assert.Equal(Path.Combine(_rig.Folder, "models", "demo"), line.Settings.ModelDirectory);
        Assert.Equal(Path.Combine(_rig.Folder, "out"), line.Settings.OutputFolder);
        Assert.Equal(Path.Combine(_rig.Folder, "user", "farthing"), line.Data);
        Assert.Equal(SchedulerKind.DpmPlusPlus2MKarras, line.Settings.Scheduler);
        Assert.Equal(25, line.Settings.Steps);
        Assert.Null(line.Settings.Seed);
        Assert.Null(line.Settings.NegativePrompt);
        Assert.Equal(0.6, line.Settings.Sharpen);
        Assert.NotNull(line.Settings.Shadow);
        Assert.True(line.Settings.Resume);
        Assert.True(line.Settings.RewritesCaptions);
        Assert.False(line.Json);
    }

    [Fact]
    public void Every_option_is_read()
    {
        string product = _rig.Write("mug.png", "x");
        string prices = _rig.Write("prices.yaml", "prices: []");
        string config = _rig.Write("farthing.yaml", "");
        string int8 = Directory.CreateDirectory(Path.Combine(_rig.Folder, "i8")).FullName;

        RenderLine line = Good(
            "a mug", "--model", "m", "--scheduler", "EULER-A", "--steps", "7", "--guidance", "6.5", "--negative", "", "--seed", "9", "--width", "256",
            "--height", "128", "--product", "mug.png", "--strength", "0.5", "--precision", "INT8", "--int8-model", "i8", "--force-precision", "--config", "farthing.yaml", "--batch", "2", "--lanes", "3", "--caption", "off",
            "--sharpen", "off", "--output-size", "512", "--shadow", "off", "--format", "webp", "--out", "o", "--data", "d", "--prices", "prices.yaml",
            "--resume", "false", "--json");

        Assert.Equal(Path.Combine(_rig.Folder, "m"), line.Settings.ModelDirectory);
        Assert.Equal(SchedulerKind.EulerAncestral, line.Settings.Scheduler);
        Assert.Equal((7, 6.5, "", 9L), (line.Settings.Steps, line.Settings.Guidance, line.Settings.NegativePrompt, line.Settings.Seed));
        Assert.Equal((256, 128, 0.5, 2, 3), (line.Settings.Width, line.Settings.Height, line.Settings.Strength, line.Settings.BatchSize, line.Settings.Lanes));
        Assert.Equal(product, Assert.Single(line.Prompt!.Requests).ProductPath);
        Assert.Equal(new PrecisionLine { Asked = ModelPrecision.Int8, Int8Model = int8, Force = true, Config = config }, line.Precision);
        Assert.False(line.Settings.RewritesCaptions);
        Assert.Null(line.Settings.Sharpen);
        Assert.Null(line.Settings.Shadow);
        Assert.Equal((512, PictureFormat.Webp), (line.Settings.OutputSize, line.Settings.Format));
        Assert.Equal((Path.Combine(_rig.Folder, "d"), prices), (line.Data, line.Prices));
        Assert.False(line.Settings.Resume);
        Assert.True(line.Json);
    }

    [Fact]
    public void All_errors_are_told_at_once()
    {
        string[] errors = Bad(
            "a mug", "--steps", "-5", "--guidance", "much", "--width", "100", "--height", "8", "--seed", "-1", "--scheduler", "best", "--strength", "0",
            "--batch", "65", "--lanes", "0", "--caption", "ftp://x", "--sharpen", "11", "--output-size", "9000", "--shadow", "maybe", "--format", "gif",
            "--precision", "int4", "--int8-model", "gone", "--config", "gone.yaml", "--product", "gone.png", "--prices", "gone.yaml", "--model", " ");

        Assert.Equal(20, errors.Length);
        Assert.Contains("--steps '-5' is no whole number from 1 to 1000. Write one, or leave it out for the default.", errors);
        Assert.Contains("--width 100 is no multiple of 8. Write 96 or 104.", errors);
        Assert.Contains("--product 'gone.png' is no file. Correct the path.", errors);
        Assert.Contains("--strength '0' is no number above 0 and up to 1. Write one with a point, such as 0.6, or leave it out for the default.", errors);
        Assert.Contains("--precision 'int4' is unknown. Write one of: auto, fp32, fp16, int8, int8-weights.", errors);
        Assert.All(errors, static error => Assert.EndsWith(".", error.TrimEnd(')'), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("NaN")]
    [InlineData("Infinity")]
    [InlineData("1e400")]
    [InlineData("4,5")]
    [InlineData("")]
    public void Guidance_is_a_finite_number_with_a_point(string text) => Assert.Single(Bad("a mug", "--guidance", text));

    [Theory]
    [InlineData("rows.csv")]
    [InlineData("rows.JSONL")]
    [InlineData("plainfile")]
    public void A_file_or_its_ending_makes_it_a_manifest(string name)
    {
        _rig.Write("plainfile", "prompt\na mug\n");

        RenderLine line = Good(name);

        Assert.Null(line.Prompt);
        Assert.Equal(Path.Combine(_rig.Folder, name), line.Source);
    }

    [Fact]
    public void A_product_goes_with_a_prompt_only() =>
        Assert.Contains("column product", Assert.Single(Bad("rows.csv", "--product", "mug.png")), StringComparison.Ordinal);

    [Fact]
    public void A_line_without_a_prompt_says_what_to_write() =>
        Assert.StartsWith("Say what to render", Assert.Single(Bad()), StringComparison.Ordinal);

    [Fact]
    public void Resume_does_not_swallow_the_prompt()
    {
        RenderLine line = Good("--resume", "a mug");

        Assert.Equal("a mug", line.Source);
        Assert.True(line.Settings.Resume);
    }

    [Fact]
    public void A_caption_service_is_named_by_its_url()
    {
        RenderLine line = Good("a mug", "--caption", "https://api.example.com/v1");

        Assert.Equal("https://api.example.com/v1", line.Settings.Captioner);
        Assert.True(line.Settings.RewritesCaptions);
        Assert.Single(Bad("a mug", "--caption", "https://me:secret@api.example.com/v1"));
    }

    [Fact]
    public void The_environment_names_the_model_and_the_data_folder()
    {
        string model = Path.Combine(_rig.Folder, "home", "models", "demo");
        Directory.CreateDirectory(model);
        _rig.Set(Places.HomeVariable, Path.Combine(_rig.Folder, "home"));
        _rig.Set(Places.DataVariable, "mine");

        RenderLine line = Good("a mug");

        Assert.Equal(model, line.Settings.ModelDirectory);
        Assert.Equal(Path.Combine(_rig.Folder, "mine"), line.Data);
    }

    [Theory]
    [InlineData("红色马克杯 🫖")]
    [InlineData("../../etc/passwd")]
    [InlineData("--")]
    public void Any_prompt_gets_a_stable_id_that_names_a_file(string prompt)
    {
        RenderRequest row = Assert.Single(PromptManifest.Of(prompt, null, _rig.Folder).Requests);

        Assert.Equal(prompt, row.Prompt);
        Assert.Matches("^[a-z0-9][a-z0-9-]*-[0-9a-f]{8}$", row.Id);
        Assert.Equal(row.Id, PromptManifest.IdOf(prompt, null));
        Assert.NotEqual(row.Id, PromptManifest.IdOf(prompt, "mug.png"));
    }

    private RenderLine Good(params string[] args)
    {
        (RenderLine? line, IReadOnlyList<string> errors) = Read(args);
        Assert.Empty(errors);
        return line!;
    }

    private string[] Bad(params string[] args)
    {
        (RenderLine? line, IReadOnlyList<string> errors) = Read(args);
        Assert.Null(line);
        return [.. errors];
    }

    private (RenderLine? Line, IReadOnlyList<string> Errors) Read(string[] args)
    {
        ParseResult result = RenderCommand.Create(_rig.Host).Parse(args);
        return RenderLine.Read(result.CommandResult, _rig.Host.Places);
    }
}
