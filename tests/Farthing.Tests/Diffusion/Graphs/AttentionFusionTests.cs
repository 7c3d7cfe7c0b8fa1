using Farthing.Diffusion.Graphs;
using Farthing.Diffusion.Graphs.Onnx;
using Farthing.Diffusion.Randomness;
using Farthing.Tests.Goldens;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;

namespace Farthing.Tests.Diffusion.Graphs;

public sealed class AttentionFusionTests
{
    [Fact]
    public void Finds_every_attention_of_the_demo_UNet_and_changes_its_numbers_by_rounding_only()
    {
        string path = Path.Combine(Golden.DemoModel, "unet", "model.onnx");
        var model = OnnxFile.Read(path);
        int softmaxes = model.Graph.Node.Count(n => n.OpType == "Softmax");
        int nodes = model.Graph.Node.Count;

        Assert.Equal(softmaxes, AttentionFusion.Apply(model));
        Assert.DoesNotContain(model.Graph.Node, n => n.OpType == "Softmax");
        Assert.True(model.Graph.Node.Count < nodes);
        Assert.InRange(Deviation.Absolute(Run(File.ReadAllBytes(path)), Run(model.ToByteArray())), 0, 2e-5);
    }

    [Fact]
    public void Finds_all_140_attentions_of_SDXL()
    {
        var model = OnnxFile.Read(Path.Combine(Golden.DemoModel, "..", "sdxl-unet-skeleton", "model.onnx"));

        Assert.Equal(140, AttentionFusion.Apply(model));
        Assert.InRange(model.Graph.Node.Count, 3_000, 7_000);
        Assert.All(
            model.Graph.Node.Where(n => n.OpType == "MultiHeadAttention"),
            n => Assert.Equal(0.125f, n.Attribute.First(a => a.Name == "scale").F));
        Assert.Equal([10L, 20L], model.Graph.Node.Where(n => n.OpType == "MultiHeadAttention")
            .Select(n => n.Attribute.First(a => a.Name == "num_heads").I).Distinct().Order());
    }

    [Fact]
    public void Leaves_a_softmax_whose_scores_are_used_elsewhere_too()
    {
        var model = OnnxFile.Read(Path.Combine(Golden.DemoModel, "unet", "model.onnx"));
        int softmaxes = model.Graph.Node.Count(n => n.OpType == "Softmax");
        string weights = model.Graph.Node.First(n => n.OpType == "Softmax").Output[0];
        model.Graph.Output.Add(new ValueInfoProto { Name = weights });

        Assert.Equal(softmaxes - 1, AttentionFusion.Apply(model));
        Assert.Contains(model.Graph.Node, n => n.Output.Contains(weights));
    }

    private static float[] Run(byte[] model)
    {
        using var options = new SessionOptions();
        using var session = new InferenceSession(model, options);
        var generator = new TorchGenerator(5);
        var sizes = new Dictionary<string, long[]>(StringComparer.Ordinal)
        {
            ["sample"] = [2, 4, 16, 16],
            ["timestep"] = [],
            ["encoder_hidden_states"] = [2, 109, 320],
            ["text_embeds"] = [2, 192],
            ["time_ids"] = [2, 6],
        };
        var inputs = sizes.ToDictionary(pair => pair.Key, pair =>
        {
            float[] values = new float[pair.Value.Aggregate(1L, (a, b) => a * b)];
            generator.FillNormal(values);
            return OrtValue.CreateTensorValueFromMemory(values.Length == 1 ? [500f] : values, pair.Value);
        }, StringComparer.Ordinal);
        using var run = new RunOptions();
        using var results = session.Run(run, inputs, ["out_sample"]);
        foreach (var value in inputs.Values)
        {
            value.Dispose();
        }

        return results[0].GetTensorDataAsSpan<float>().ToArray();
    }
}
