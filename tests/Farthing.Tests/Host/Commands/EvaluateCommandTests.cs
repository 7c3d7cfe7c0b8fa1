using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Farthing.Diffusion.Evaluation;
using Farthing.Diffusion.Graphs;
using Farthing.Diffusion.Sessions;
using Farthing.Tests.Rendering;
using Farthing.Tests.Rendering.Precision;
using Google.Protobuf;

namespace Farthing.Tests.Host.Commands;

public sealed class EvaluateCommandTests : IDisposable
{
    private readonly HostRig _rig = new();
    private readonly PrecisionFolder _models = new();

    public EvaluateCommandTests() => _rig.Set(Places.HomeVariable, Path.GetFullPath("..", SampleFiles.Folder));

    private string Out => Path.Combine(_rig.Folder, "out", "evaluation");

    private string Accepted => Path.Combine(_models.Int8, AcceptanceRecord.FileName);

    public void Dispose()
    {
        _models.Dispose();
        _rig.Dispose();
    }

    [Fact]
    public async Task A_candidate_that_passes_is_signed_and_one_that_fails_afterwards_is_withdrawn()
    {
        Assert.Equal(ExitCodes.Done, await EvaluateAsync("--pictures", "20", "--steps", "2", "--margin", "0.5", "--sheet", "3"));

        var (fault, record) = AcceptanceCheck.Check(_models.Int8, ModelHash.Compute(_models.Int8), _models.FullHash, [DataFolder.At(_rig.Data).PublicKey()!]);
        Assert.Equal(AcceptanceFault.None, fault);
        Assert.Equal(("fp32", "int8", 20, 2), (record!.ReferencePrecision, record.CandidatePrecision, record.Shape.Pictures, record.Shape.Steps));
        Assert.Equal(_models.Int8Hash, record.CandidateModel);

        // 19.8 on processors without VNNI, whose sums of 8-bit products saturate.
        Assert.InRange(record.Metrics.Psnr.Mean, 19, 60);
        Assert.True(new FileInfo(Path.Combine(Out, "contact-sheet.png")).Length > 10_000);
        JsonNode json = JsonNode.Parse(File.ReadAllText(Path.Combine(Out, "evaluation.json")))!;
        Assert.Equal(20, json["pictures"]!.AsArray().Count);
        Assert.Contains("accepted and signed", _rig.Result.Output, StringComparison.Ordinal);

        // Too few pictures say nothing against it; enough of them with no laxer a margin do.
        Assert.Equal(ExitCodes.NotAccepted, await EvaluateAsync("--pictures", "2", "--steps", "1", "--margin", "0.5", "--sheet", "0"));
        Assert.Contains("FAIL  pictures", _rig.Result.Output, StringComparison.Ordinal);
        Assert.True(File.Exists(Accepted));

        string prompts = _rig.Write("products.jsonl", string.Concat(Enumerable.Range(0, 2).Select(static i =>
            $$"""{"id":"w{{i}}","prompt":"a red mug on marble","product":"{{SampleFiles.Product("red-mug.png")}}","seed":{{i}}}{{"\n"}}""")));
        Assert.Equal(ExitCodes.NotAccepted, await EvaluateAsync("--prompts", prompts, "--steps", "2", "--json", "--in-turn"));
        JsonNode products = JsonNode.Parse(File.ReadAllText(Path.Combine(Out, "evaluation.json")))!;
        Assert.Equal(0, products["metrics"]!["product_pixels_changed"]!.GetValue<long>());
        Assert.Equal(2, products["metrics"]!["background_psnr"]!["pictures"]!.GetValue<int>());
        Assert.InRange(products["metrics"]!["background_psnr"]!["mean"]!.GetValue<double>(), 10, products["metrics"]!["psnr"]!["mean"]!.GetValue<double>());
        Assert.False(products["speed"]!["interleaved"]!.GetValue<bool>());
    }

    [Fact]
    public async Task A_unet_that_gives_no_numbers_fails_and_says_so()
    {
        string unet = Path.Combine(_models.Int8, "unet", "model.onnx");
        var model = OnnxFile.Read(Path.Combine(HostRig.DemoModel, "unet", "model.onnx"));
        var bias = model.Graph.Initializer.First(static tensor => tensor.Name == "m.conv_out.bias");
        byte[] nan = [.. Enumerable.Repeat(BitConverter.GetBytes(float.NaN), bias.RawData.Length / 4).SelectMany(static b => b)];
        bias.RawData = ByteString.CopyFrom(nan);
        File.WriteAllBytes(unet, model.ToByteArray());

        Assert.Equal(ExitCodes.NotAccepted, await EvaluateAsync("--pictures", "2", "--steps", "1"));

        Assert.Contains("FAIL  not-finite: 2 of the candidate's pictures", _rig.Result.Output, StringComparison.Ordinal);
        Assert.Contains("FAIL  clip-drop", _rig.Result.Output, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(Out, "contact-sheet.png")));
        Assert.False(File.Exists(Accepted));
    }

    [Fact]
    public async Task All_that_is_wrong_with_the_line_is_told_at_once()
    {
        Assert.Equal(ExitCodes.Usage, await _rig.RunAsync(
            "evaluate", "none", "nowhere", "--prompts", "lost.jsonl", "--pictures", "1", "--steps", "0", "--margin", "2", "--clip", "noclip", "--features", "x.onnx"));

        string[] said = ["'none' is no directory", "'nowhere' is no directory", "lost.jsonl", "--pictures '1'", "--steps '0'", "--margin '2'", "noclip", "--features 'x.onnx'"];
        Assert.All(said, text => Assert.Contains(text, _rig.Notes.Output, StringComparison.Ordinal));
        Assert.False(Directory.Exists(Out));
    }

    [Fact]
    public async Task What_can_not_be_compared_is_refused_before_anything_is_rendered()
    {
        // Too few prompts.
        string one = _rig.Write("one.jsonl", """{"prompt":"a mug"}""");
        Assert.Equal(ExitCodes.Manifest, await EvaluateAsync("--prompts", one));
        Assert.Contains("1 prompt, and 2 are needed", _rig.Notes.Output, StringComparison.Ordinal);

        // The calibration set itself.
        string set = _rig.Write("set.jsonl", "{\"prompt\":\"a mug\"}\n{\"prompt\":\"a cup\"}");
        string manifest = Path.Combine(_models.Int8, "quantization.json");
        string plain = File.ReadAllText(manifest), hash = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(set)));
        File.WriteAllText(manifest, plain.Replace("\"method\"", $$"""
            "calibration":{"file":"set.jsonl","sha256":"{{hash}}","samples":2},"method"
            """, StringComparison.Ordinal));
        Assert.Equal(ExitCodes.Usage, await EvaluateAsync("--prompts", set));
        Assert.Contains("calibrated on", _rig.Notes.Output, StringComparison.Ordinal);
        File.WriteAllText(manifest, plain);

        // A model of another size.
        string config = Path.Combine(_models.Int8, "unet", "config.json");
        JsonNode unet = JsonNode.Parse(File.ReadAllText(config))!;
        unet["sample_size"] = 64;
        File.WriteAllText(config, unet.ToJsonString());
        Assert.Equal(ExitCodes.Model, await EvaluateAsync());
        Assert.Contains("the picture's side: 128 and 512", _rig.Notes.Output, StringComparison.Ordinal);

        Assert.False(Directory.Exists(Out));
    }

    [Fact]
    public async Task Two_precisions_of_one_model_are_found_beside_each_other()
    {
        Assert.Equal(ExitCodes.Usage, await _rig.RunAsync("evaluate", _models.Demo, "--precision", "fp32,fp16"));
        Assert.Contains("There is no fp16 model in", _rig.Notes.Output, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Usage, await _rig.RunAsync("evaluate", "--precision", "int8"));
        Assert.Contains("--precision 'int8' is no pair", _rig.Notes.Output, StringComparison.Ordinal);

        Assert.Equal(ExitCodes.NotAccepted, await _rig.RunAsync("evaluate", _models.Demo, "--precision", "fp32,int8", "--pictures", "2", "--steps", "1", "--sheet", "0"));
        Assert.Contains("candidate demo-int8: int8", _rig.Result.Output, StringComparison.Ordinal);
    }

    private Task<int> EvaluateAsync(params string[] options) => _rig.RunAsync(["evaluate", _models.Demo, _models.Int8, .. options]);
}
