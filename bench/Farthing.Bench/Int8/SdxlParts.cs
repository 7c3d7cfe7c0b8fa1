using System.Text.RegularExpressions;
using Farthing.Diffusion.Graphs;
using Farthing.Diffusion.Graphs.Onnx;

namespace Farthing.Bench.Int8;

/// <summary>
/// SDXL's UNet in parts, which fit into memory and run often enough to be timed: one transformer layer of each width, and all
/// the rest. Layers of a width have the same shapes, so a forward is the sum of its parts times their numbers.
/// </summary>
internal static partial class SdxlParts
{
    public const string Text = "encoder_hidden_states";

    /// <summary>A part.</summary>
    /// <param name="Name">What it is called.</param>
    /// <param name="Count">How often a forward has it.</param>
    /// <param name="Hidden">A layer's input, which the cut makes; null for the rest.</param>
    /// <param name="Width">Channels of a layer.</param>
    /// <param name="Shrink">How much narrower its picture is than the latents.</param>
    internal sealed record Part(string Name, int Count, string? Hidden, int Width, int Shrink)
    {
        /// <summary>What it gives.</summary>
        public required string Output { get; init; }
    }

    /// <summary>The parts of the float graph.</summary>
    public static IReadOnlyList<Part> Find(GraphProto graph)
    {
        var widths = graph.Initializer.ToDictionary(t => t.Name, t => (int)t.Dims[0], StringComparer.Ordinal);
        var layers = Layers(graph);
        var parts = layers.GroupBy(layer => widths[layer.Node.Input[1]]).OrderByDescending(group => group.Key).Select(group =>
        {
            // Not a stack's last: its output is the next one's input.
            var first = group.First(layer => layers.Any(other => other.Stack == layer.Stack && other.Number == layer.Number + 1));
            var next = layers.First(other => other.Stack == first.Stack && other.Number == first.Number + 1);
            return new Part($"{group.Key}-wide layer", group.Count(), first.Node.Input[0], group.Key, group.Key == 1280 ? 4 : 2)
            {
                Output = next.Node.Input[0],
            };
        }).ToList();
        parts.Add(new Part("everything else", 1, null, 0, 1) { Output = graph.Output[0].Name });
        return parts;
    }

    /// <summary>Cuts a part out of the float graph or of one made from it, whose tensors between layers have the same names.</summary>
    /// <param name="model">The whole; it is changed.</param>
    /// <param name="part">The part.</param>
    /// <param name="stacks">First input and last output of each stack of layers, by the float graph.</param>
    public static void Cut(ModelProto model, Part part, IReadOnlyDictionary<string, string> stacks)
    {
        var graph = model.Graph;
        if (part.Hidden is { } hidden)
        {
            foreach (var node in graph.Node.Where(n => n.Output.Contains(hidden)).ToList())
            {
                graph.Node.Remove(node);
            }

            graph.Input.Add(new ValueInfoProto { Name = hidden });
            graph.Output.Clear();
            graph.Output.Add(new ValueInfoProto { Name = part.Output });
        }
        else
        {
            // Each stack's output becomes its input.
            foreach (var node in graph.Node)
            {
                for (int i = 0; i < node.Input.Count; i++)
                {
                    node.Input[i] = stacks.GetValueOrDefault(node.Input[i], node.Input[i]);
                }
            }
        }

        GraphNodes.RemoveUnused(graph);
        var read = graph.Node.SelectMany(GraphNodes.Reads).ToHashSet(StringComparer.Ordinal);
        foreach (var input in graph.Input.Where(i => !read.Contains(i.Name)).ToList())
        {
            graph.Input.Remove(input);
        }
    }

    /// <summary>Last output of each stack of layers, and the first input that stands for it when the stack is left out.</summary>
    public static Dictionary<string, string> Stacks(GraphProto graph)
    {
        var byName = graph.Node.ToDictionary(n => n.Name, StringComparer.Ordinal);
        return Layers(graph).Where(layer => layer.Number == 0).ToDictionary(
            layer => byName[$"{layer.Stack}/proj_out/MatMul"].Input[0], layer => layer.Node.Input[0], StringComparer.Ordinal);
    }

    private static List<(string Stack, int Number, NodeProto Node)> Layers(GraphProto graph) =>
    [
        .. graph.Node.Select(node => (node, match: FirstNorm().Match(node.Name))).Where(pair => pair.match.Success).Select(pair => (
            pair.match.Groups[1].Value,
            int.Parse(pair.match.Groups[2].Value, System.Globalization.CultureInfo.InvariantCulture),
            pair.node)),
    ];

    [GeneratedRegex("^(.*)/transformer_blocks\\.(\\d+)/norm1/LayerNormalization$")]
    private static partial Regex FirstNorm();
}
