using Farthing.Diffusion.Graphs;
using Farthing.Diffusion.Graphs.Onnx;
using Farthing.Tests.Goldens;

namespace Farthing.Tests.Diffusion.Graphs;

public sealed class StepInvariantSplitTests
{
    private static readonly HashSet<string> Changing = ["sample", "timestep"];

    [Fact]
    public void The_demo_unet_gives_up_its_cross_attention_keys_and_values()
    {
        var model = OnnxFile.Read(Path.Combine(Golden.DemoModel, "unet", "model.onnx"));
        int nodes = model.Graph.Node.Count;

        var halves = StepInvariantSplit.Split(model, Changing)!;

        // Seven cross-attentions, a projection each for keys and values.
        Assert.Equal(14, MatMuls(halves.Prologue));
        Assert.Equal(MatMuls(model) - 14, MatMuls(halves.Body));
        Assert.DoesNotContain(halves.Body.Graph.Input, i => i.Name is "encoder_hidden_states" or "time_ids");
        Assert.DoesNotContain(halves.Prologue.Graph.Input, i => i.Name is "sample" or "timestep");
        Assert.Equal(nodes, model.Graph.Node.Count);

        static int MatMuls(ModelProto half) => half.Graph.Node.Count(n => n.OpType == "MatMul");
    }

    [Fact]
    public void No_weight_is_held_by_both_halves_of_the_demo_unet()
    {
        var model = OnnxFile.Read(Path.Combine(Golden.DemoModel, "unet", "model.onnx"));

        var halves = StepInvariantSplit.Split(model, Changing)!;

        long whole = model.Graph.Initializer.Sum(t => (long)t.RawData.Length);
        long both = Bytes(halves.Prologue) + Bytes(halves.Body);
        Assert.InRange(both, whole * 99 / 100, whole * 101 / 100);

        static long Bytes(ModelProto half) => half.Graph.Initializer.Sum(t => (long)t.RawData.Length);
    }

    [Fact]
    public void A_graph_without_an_invariant_part_is_left_whole()
    {
        var model = new ModelProto
        {
            Graph = new GraphProto
            {
                Input = { new ValueInfoProto { Name = "sample" } },
                Node = { new NodeProto { OpType = "Relu", Input = { "sample" }, Output = { "out" } } },
                Output = { new ValueInfoProto { Name = "out" } },
            },
        };

        Assert.Null(StepInvariantSplit.Split(model, Changing));
    }

    [Fact]
    public void What_a_branch_captures_from_outside_counts_as_read()
    {
        var branch = new GraphProto
        {
            Node = { new NodeProto { OpType = "Relu", Input = { "captured" }, Output = { "inner" } } },
            Output = { new ValueInfoProto { Name = "inner" } },
        };
        var node = new NodeProto
        {
            OpType = "If",
            Input = { "condition" },
            Output = { "out" },
            Attribute = { new AttributeProto { Name = "then_branch", G = branch } },
        };

        Assert.Equal(["condition", "captured"], GraphNodes.Reads(node));
    }
}
