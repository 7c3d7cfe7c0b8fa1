using System.Text.Json;
using Farthing.Rendering.Captions;
using Farthing.Rendering.Manifests;

namespace Farthing.Tests.Rendering.Captions;

public sealed class TemplateCaptionerTests
{
    private static readonly string[] ProductWords =
        ["mug", "bottle", "vase", "sneaker", "watch", "lamp", "handbag", "candle", "perfume", "headphones"];

    private readonly TemplateCaptioner _captioner = new();

    [Theory]
    [InlineData("white sneaker on beach", "an empty scene on a sandy beach, the sea, bright sun")]
    [InlineData("vase in white on sand", "an empty scene on sand, the sea, bright sun")]
    [InlineData("matte teal mug, folded velvet with a curtain", "an empty scene on folded velvet, a curtain, soft daylight")]
    [InlineData("white candle on a white podium, a city at night, warm candlelight", "an empty scene on a white podium, a city at night, warm candlelight")]
    [InlineData("a lamp on a table", "an empty scene on a wooden table, a plain studio background, soft daylight")]
    [InlineData("Our new trainers in navy, standing on fresh snow with mountains behind, hard sunlight.", "an empty scene on fresh snow, mountains, hard sunlight")]
    [InlineData("red mug", "an empty scene on a white podium, a plain studio background, soft daylight")]
    [InlineData("red mug in front of a sunset", "an empty scene on sand, a sunset, warm low light")]
    public void The_scene_is_what_stands_behind_the_product(string prompt, string scene) =>
        Assert.Equal(scene, _captioner.Caption(prompt).Scene);

    [Theory]
    [InlineData("mug with a dragon print on cobblestones in Paris", "an empty scene on cobblestones in Paris, soft daylight")]
    [InlineData("ceramic teapot on marble", "an empty scene on marble, a plain studio background, soft daylight")]
    [InlineData("ceramic teapot, marble counter, neon", "an empty scene on a marble counter, a tiled kitchen wall, neon glow")]
    [InlineData("white sneaker with red laces on beach", "an empty scene on a sandy beach, the sea, bright sun")]
    [InlineData("stormy night", "an empty scene, stormy night, soft daylight")]
    [InlineData("白色运动鞋 在沙滩上", "an empty scene, 白色运动鞋 在沙滩上, soft daylight")]
    public void Unknown_words_stay_when_they_are_the_scene_s_and_go_when_they_are_the_product_s(string prompt, string scene) =>
        Assert.Equal(scene, _captioner.Caption(prompt).Scene);

    [Theory]
    [InlineData("white sneaker on beach", "a white sneaker on a sandy beach, the sea, bright sun, centred, eye level")]
    [InlineData("orange candle on snow, close-up, from above", "an orange candle on snow, mountains, soft daylight, close-up, slightly from above")]
    [InlineData("glossy blue headphones on grass", "glossy blue headphones on grass, a forest, soft daylight, centred, eye level")]
    [InlineData("a hand-painted mug on sand.", "a hand-painted mug on sand, the sea, bright sun, centred, eye level")]
    public void The_full_caption_adds_light_framing_and_camera(string prompt, string full) =>
        Assert.Equal(full, _captioner.Caption(prompt).Full);

    [Fact]
    public void No_scene_of_the_campaign_names_its_product_or_its_colour()
    {
        string[] colours = ["red", "teal", "green", "blue", "purple", "black", "orange", "yellow", "pink"];
        Manifest campaign = ManifestReader.ReadFile(Path.Combine(SampleFiles.Folder, "campaign.csv"));
        foreach (RenderRequest request in campaign.Requests)
        {
            Caption caption = _captioner.Caption(request.Prompt);
            string[] words = caption.Scene.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries);
            Assert.StartsWith("an empty scene on ", caption.Scene, StringComparison.Ordinal);
            Assert.Empty(words.Intersect(ProductWords));
            Assert.Empty(words.Intersect(colours));
        }
    }

    [Theory]
    [InlineData("calibration.jsonl")]
    [InlineData("evaluation.jsonl")]
    public void Every_training_caption_is_understood_whole_and_keeps_its_surface_backdrop_and_light(string file)
    {
        foreach (string line in File.ReadLines(Path.Combine(SampleFiles.Folder, file)))
        {
            string prompt = JsonDocument.Parse(line).RootElement.GetProperty("prompt").GetString()!;
            PromptReading reading = PromptReading.Of(prompt, Taxonomy.Default);
            Assert.True(reading.IsWhole, prompt);
            Assert.Empty(reading.OtherScene);
            foreach (TaxonomyEntry? said in new[] { reading.Surface, reading.Backdrop, reading.Light })
            {
                Assert.True(said is null || prompt.Contains(said.Name, StringComparison.Ordinal), $"{prompt}: {said?.Name}");
            }
        }
    }

    [Fact]
    public void Every_stem_names_a_surface_a_backdrop_and_a_light()
    {
        foreach (string stem in File.ReadLines(Path.Combine(SampleFiles.Folder, "stems.txt")))
        {
            PromptReading reading = PromptReading.Of(stem, Taxonomy.Default);
            Assert.True(reading.IsWhole && reading.Surface is not null && reading.Backdrop is not null && reading.Light is not null, stem);
            Assert.True(reading.Framing is not null || reading.Camera is not null, stem);
        }
    }

    [Fact]
    public async Task Long_and_odd_prompts_pass_and_repeat()
    {
        string[] prompts = ["", " ,;. ", "🟥☕", new string('a', 100_000), string.Join(' ', Enumerable.Repeat("red mug on sand,", 4_000)), "\ud800 mug", "in on with of"];
        foreach (string prompt in prompts)
        {
            Caption first = await _captioner.CaptionAsync(prompt, TestContext.Current.CancellationToken);
            Assert.StartsWith("an empty scene", first.Scene, StringComparison.Ordinal);
            Assert.NotEmpty(first.Full);
            Assert.Equal((first.Full, first.Scene), (_captioner.Caption(prompt).Full, _captioner.Caption(prompt).Scene));
        }
    }

    [Fact]
    public void Its_usage_is_one_caption()
    {
        CaptionUsage usage = _captioner.Caption("red mug").Usage;
        Assert.Equal("template", usage.Resource);
        Assert.Equal(new CaptionMeter("captions", 1), Assert.Single(usage.Meters));
    }
}
