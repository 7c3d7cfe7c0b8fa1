using Farthing.Diffusion.Graphs;
using Farthing.Diffusion.Graphs.Onnx;
using Google.Protobuf;

namespace Farthing.Tests.Diffusion.Graphs;

public sealed class ZeroScoreRemovalTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_zeros_that_baddbmm_adds_go_and_the_scores_stay(bool zerosFirst)
    {
        var graph = Attention(fill: 0, zerosFirst);

        Assert.Equal(1, ZeroScoreRemoval.Apply(graph));

        Assert.Equal(["MatMul", "Mul", "Softmax"], graph.Node.Select(n => n.OpType));
        Assert.Equal("scaled", graph.Node.Single(n => n.OpType == "Softmax").Input[0]);
    }

    [Fact]
    public void A_mask_that_is_not_zero_stays()
    {
        var graph = Attention(fill: 1, zerosFirst: false);

        Assert.Equal(0, ZeroScoreRemoval.Apply(graph));

        Assert.Contains(graph.Node, n => n.OpType == "Add");
    }

    [Fact]
    public void An_addition_outside_attention_stays()
    {
        var graph = Attention(fill: 0, zerosFirst: false);
        graph.Node.Single(n => n.OpType == "Softmax").OpType = "Relu";

        Assert.Equal(0, ZeroScoreRemoval.Apply(graph));
    }

    private static GraphProto Attention(float fill, bool zerosFirst)
    {
        var value = new TensorProto { DataType = 1, Dims = { 1 }, RawData = ByteString.CopyFrom(BitConverter.GetBytes(fill)) };
        string[] operands = zerosFirst ? ["zeros", "scaled"] : ["scaled", "zeros"];
        return new GraphProto
        {
            Node =
            {
                Node("MatMul", ["q", "k"], "raw"),
                Node("Mul", ["raw", "scale"], "scaled"),
                new NodeProto
                {
                    OpType = "ConstantOfShape",
                    Input = { "shape" },
                    Output = { "filled" },
                    Attribute = { new AttributeProto { Name = "value", T = value } },
                },
                Node("Mul", ["filled", "beta"], "zeros"),
                Node("Add", operands, "sum"),
                Node("Softmax", ["sum"], "weights"),
            },
            Output = { new ValueInfoProto { Name = "weights" } },
        };
    }

    private static NodeProto Node(string type, string[] inputs, string output) =>
        new() { OpType = type, Input = { inputs }, Output = { output } };
}
