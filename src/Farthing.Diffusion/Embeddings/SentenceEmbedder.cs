using System.Buffers;
using System.Numerics.Tensors;
using Farthing.Diffusion.Sessions;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Farthing.Diffusion.Embeddings;

/// <summary>
/// all-MiniLM-L6-v2 in int8: mean over all tokens of the last hidden state, then L2. One text a run, since the scale of
/// int8 activations is taken over the whole batch and a text must embed the same every time. Safe to use from many threads.
/// </summary>
public sealed class SentenceEmbedder : IDisposable
{
    /// <summary>The longest input in tokens, [CLS] and [SEP] included.</summary>
    public const int MaxTokens = 256;

    private const string ModelFile = "model-int8.onnx";
    private const string VocabularyFile = "vocab.txt";
    private static readonly string[] Inputs = ["input_ids", "attention_mask", "token_type_ids"];
    private static readonly string[] Outputs = ["last_hidden_state"];

    private readonly InferenceSession _session;
    private readonly BertText _text;
    private readonly RunOptions _run = new();

    private SentenceEmbedder(InferenceSession session, BertText text, int dimensions) => (_session, _text, Dimensions) = (session, text, dimensions);

    /// <summary>How many values an embedding has.</summary>
    public int Dimensions { get; }

    /// <summary>Loads a directory of <c>model-int8.onnx</c> and <c>vocab.txt</c>.</summary>
    /// <param name="directory">The model's directory.</param>
    /// <exception cref="ModelDirectoryException">Something is missing or odd in it; all of it is listed.</exception>
    public static SentenceEmbedder Load(string directory)
    {
        var problems = new List<string>();
        foreach (string file in (ReadOnlySpan<string>)[ModelFile, VocabularyFile])
        {
            if (!File.Exists(Path.Combine(directory, file)))
            {
                problems.Add($"{file} is missing. Name a directory that holds {ModelFile} and {VocabularyFile}, such as models/all-MiniLM-L6-v2.");
            }
        }

        return problems.Count > 0 ? throw new ModelDirectoryException(directory, problems) : LoadFiles(directory, problems);
    }

    /// <summary>Embeds a text.</summary>
    /// <remarks>Steps: 1. ids, cut to 256 with [SEP] last, 2. one run, 3. mean, 4. norm.</remarks>
    public SentenceEmbedding Embed(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        List<int> ids = _text.Encode(text, out bool isShortened);
        int count = Math.Min(ids.Count, MaxTokens);
        long[] rented = ArrayPool<long>.Shared.Rent(3 * count);
        float[] hidden = ArrayPool<float>.Shared.Rent(count * Dimensions);
        try
        {
            int unknown = 0;
            for (int at = 0; at < count; at++)
            {
                int id = at == count - 1 ? _text.End : ids[at];
                unknown += id == _text.Unknown ? 1 : 0;
                (rented[at], rented[count + at], rented[(2 * count) + at]) = (id, 1, 0);
            }

            Run(rented, count, hidden);
            bool isMostlyUnknown = 2 * unknown >= count - 2 && count > 2;
            return new SentenceEmbedding(Mean(hidden, count), ids.Count, isShortened || ids.Count > count, isMostlyUnknown);
        }
        finally
        {
            ArrayPool<long>.Shared.Return(rented);
            ArrayPool<float>.Shared.Return(hidden);
        }
    }

    /// <summary>The ids that a text is embedded from: at most 256, the last of them [SEP].</summary>
    public IReadOnlyList<int> Tokenize(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        List<int> ids = _text.Encode(text, out _);
        return ids.Count <= MaxTokens ? ids : [.. ids.Take(MaxTokens - 1), _text.End];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _session.Dispose();
        _run.Dispose();
    }

    private static SentenceEmbedder LoadFiles(string directory, List<string> problems)
    {
        InferenceSession? session = null;
        try
        {
            using SessionOptions options = new ExecutionOptions { ThreadsPerRun = 1 }.NewSessionOptions();

            // Processors without VNNI add pairs of 8-bit products in 16 bits, which saturate; there weights are then read as unsigned, which is slower. ONNX
            // Runtime 1.31 can't do so for UNets: it refuses weights that two layers share, and QDQ weights with a scale a channel.
            options.AddSessionConfigEntry("session.x64quantprecision", "1");
            session = new InferenceSession(Path.Combine(directory, ModelFile), options);
            int dimensions = Check(session, problems);
            if (problems.Count == 0)
            {
                return new SentenceEmbedder(session, new BertText(Path.Combine(directory, VocabularyFile)), dimensions);
            }
        }
        catch (OnnxRuntimeException error)
        {
            problems.Add($"{ModelFile} can't be loaded: {OnnxPart.FirstLine(error.Message)}");
        }
        catch (Exception error) when (error is ArgumentException or InvalidOperationException or IOException or KeyNotFoundException)
        {
            problems.Add($"{VocabularyFile} is no BERT vocabulary: {error.Message}");
        }

        session?.Dispose();
        throw new ModelDirectoryException(directory, problems);
    }

    private static int Check(InferenceSession session, List<string> problems)
    {
        foreach (string input in Inputs)
        {
            if (!session.InputMetadata.TryGetValue(input, out NodeMetadata? node) || node.ElementDataType != TensorElementType.Int64 || node.Dimensions.Length != 2)
            {
                problems.Add($"{ModelFile} has no input '{input}' of int64 [batch, sequence].");
            }
        }

        if (session.OutputMetadata.TryGetValue(Outputs[0], out NodeMetadata? output) && output.Dimensions is [_, _, > 0 and int dimensions]
            && output.ElementDataType == TensorElementType.Float)
        {
            return dimensions;
        }

        problems.Add($"{ModelFile} has no output '{Outputs[0]}' of float [batch, sequence, dimensions].");
        return 0;
    }

    private void Run(long[] rented, int count, float[] hidden)
    {
        long[] shape = [1, count];
        using var ids = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, rented.AsMemory(0, count), shape);
        using var mask = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, rented.AsMemory(count, count), shape);
        using var types = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, rented.AsMemory(2 * count, count), shape);
        using var output = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, hidden.AsMemory(0, count * Dimensions), [1, count, Dimensions]);
        _session.Run(_run, Inputs, [ids, mask, types], Outputs, [output]);
    }

    private float[] Mean(float[] hidden, int count)
    {
        float[] mean = new float[Dimensions];
        for (int at = 0; at < count; at++)
        {
            TensorPrimitives.Add(mean, hidden.AsSpan(at * Dimensions, Dimensions), mean);
        }

        float norm = TensorPrimitives.Norm(mean);
        TensorPrimitives.Divide(mean, norm, mean);
        return mean;
    }
}
