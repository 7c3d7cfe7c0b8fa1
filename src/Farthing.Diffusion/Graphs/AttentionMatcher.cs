using Farthing.Diffusion.Graphs.Onnx;

namespace Farthing.Diffusion.Graphs;

/// <summary>Recognises attention around a Softmax.</summary>
internal sealed class AttentionMatcher
{
    private static readonly long[] SplitHeads = [0, 2, 1, 3];

    private readonly GraphIndex _index;
    private readonly ScalarExpression _scalars;

    public AttentionMatcher(GraphProto graph)
    {
        _index = new GraphIndex(graph);
        _scalars = new ScalarExpression(_index);
    }

    /// <summary>An attention.</summary>
    /// <param name="Query">[batch, queries, width].</param>
    /// <param name="Key">[batch, keys, width].</param>
    /// <param name="Value">[batch, keys, width].</param>
    /// <param name="Heads">Heads.</param>
    /// <param name="Scale">The factor of the scores.</param>
    /// <param name="Merge">The Reshape that merges the heads again: [batch, queries, width].</param>
    internal sealed record Attention(string Query, string Key, string Value, int Heads, double Scale, NodeProto Merge);

    /// <summary>One side of a product: where it comes from, and what was done to it on the way.</summary>
    private sealed record Side(string Source, long Heads, IReadOnlyList<Factor> Factors, IReadOnlyList<long[]> Turns);

    private readonly record struct Factor(string Name, bool IsDivisor);

    /// <summary>The attention that a Softmax is part of; null where its surroundings are not all understood.</summary>
    public Attention? Match(NodeProto softmax)
    {
        var factors = new List<Factor>();
        if (!IsLastAxis(softmax) || Scores(softmax.Input[0], factors) is not { } scores
            || Product(softmax.Output[0]) is not { } sums || Merge(sums) is not { } merge)
        {
            return null;
        }

        if (Walk(scores.Input[0]) is not { } query || Walk(scores.Input[1]) is not { } key || Walk(sums.Input[1]) is not { } value
            || query.Heads != key.Heads || query.Heads != value.Heads || value.Factors.Count > 0
            || !Is(query.Turns, SplitHeads) || !Is(value.Turns, SplitHeads) || !IsTurnedKey(key.Turns))
        {
            return null;
        }

        int? head = Width(query.Source) is { } width && width % query.Heads == 0 ? (int)(width / query.Heads) : null;
        double? scale = 1;
        foreach (var factor in factors.Concat(query.Factors).Concat(key.Factors))
        {
            double? number = _scalars.Evaluate(factor.Name, head);
            scale *= factor.IsDivisor ? 1 / number : number;
        }

        return scale is > 0
            ? new Attention(query.Source, key.Source, value.Source, (int)query.Heads, scale.Value, merge)
            : null;
    }

    /// <summary>The product q·kᵀ below a Softmax, through casts and factors.</summary>
    private NodeProto? Scores(string name, List<Factor> factors)
    {
        while (_index.Producer(name) is { } node)
        {
            switch (node.OpType)
            {
                case "MatMul":
                    return node;
                case "Cast":
                    name = node.Input[0];
                    break;
                case "Mul" when IsScalar(node.Input[1]):
                    factors.Add(new Factor(node.Input[1], IsDivisor: false));
                    name = node.Input[0];
                    break;
                case "Div" when IsScalar(node.Input[1]):
                    factors.Add(new Factor(node.Input[1], IsDivisor: true));
                    name = node.Input[0];
                    break;
                default:
                    return null;
            }
        }

        return null;
    }

    /// <summary>The product with the values above a Softmax.</summary>
    private NodeProto? Product(string name)
    {
        while (OnlyConsumer(name) is { } node)
        {
            if (node.OpType == "MatMul")
            {
                return node.Input[0] == name ? node : null;
            }

            if (node.OpType != "Cast")
            {
                return null;
            }

            name = node.Output[0];
        }

        return null;
    }

    /// <summary>The Reshape that merges the heads, behind the Transpose that puts them side by side.</summary>
    private NodeProto? Merge(NodeProto sums)
    {
        var node = OnlyConsumer(sums.Output[0]);
        if (node?.OpType == "Reshape")
        {
            node = OnlyConsumer(node.Output[0]);
        }

        if (node?.OpType != "Transpose" || !Permutation(node).SequenceEqual(SplitHeads))
        {
            return null;
        }

        node = OnlyConsumer(node.Output[0]);
        return node?.OpType == "Reshape" ? node : null;
    }

    /// <summary>Goes from a product's side back to the tensor whose heads were split.</summary>
    private Side? Walk(string name)
    {
        var factors = new List<Factor>();
        var turns = new List<long[]>();
        long heads = 0;
        while (_index.Producer(name) is { } node)
        {
            switch (node.OpType)
            {
                case "Reshape":
                    heads = HeadsOf(node.Input[1]) ?? heads;
                    break;
                case "Transpose":
                    turns.Insert(0, Permutation(node));
                    break;
                case "Cast":
                    break;
                case "Mul" when IsScalar(node.Input[1]):
                    factors.Add(new Factor(node.Input[1], IsDivisor: false));
                    break;
                default:
                    return heads > 0 ? new Side(name, heads, factors, turns) : null;
            }

            name = node.Input[0];
        }

        return null;
    }

    /// <summary>The third of four sizes that a Reshape gives, when it is known.</summary>
    private long? HeadsOf(string sizes)
    {
        if (_index.Integers(sizes) is { Length: 4 } whole)
        {
            return whole[2];
        }

        return _index.Producer(sizes) is { OpType: "Concat", Input.Count: 4 } concat
            && _index.Integers(concat.Input[2]) is [var heads]
            ? heads
            : null;
    }

    /// <summary>Channels of a tensor that a MatMul with a weight makes, with or without its bias.</summary>
    private long? Width(string name)
    {
        if (_index.Producer(name) is not { } node)
        {
            return null;
        }

        return node.OpType switch
        {
            "MatMul" => _index.Initializer(node.Input[1])?.Dims.LastOrDefault(),
            "Add" => node.Input.Select(Width).FirstOrDefault(width => width is not null),
            _ => null,
        };
    }

    /// <summary>The one node that uses a tensor otherwise than for its shape.</summary>
    private NodeProto? OnlyConsumer(string name)
    {
        var users = _index.Consumers(name).Where(n => n.OpType != "Shape").Take(2).ToList();
        return users.Count == 1 && !_index.IsOutput(name) ? users[0] : null;
    }

    private bool IsScalar(string name) => _scalars.Evaluate(name, lastSize: 1) is not null;

    private static bool Is(IReadOnlyList<long[]> turns, long[] only) => turns.Count == 1 && turns[0].SequenceEqual(only);

    /// <summary>Heads split and channels before tokens, in one turn or two; between the two, heads may have become rows.</summary>
    private static bool IsTurnedKey(IReadOnlyList<long[]> turns) => turns switch
    {
        [[0, 2, 3, 1]] => true,
        [[0, 2, 1, 3], [0, 1, 3, 2]] => true,
        [[0, 2, 1, 3], [0, 2, 1]] => true,
        _ => false,
    };

    /// <summary>Scores have four dimensions, or three when heads have become rows; their last may be written from either end.</summary>
    private static bool IsLastAxis(NodeProto softmax) =>
        softmax.Attribute.FirstOrDefault(a => a.Name == "axis") is not { } axis || axis.I is -1 or 3;

    private static long[] Permutation(NodeProto transpose) =>
        transpose.Attribute.FirstOrDefault(a => a.Name == "perm")?.Ints.ToArray() ?? [];
}
