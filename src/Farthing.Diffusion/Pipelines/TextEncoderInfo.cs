namespace Farthing.Diffusion.Pipelines;

/// <summary>One text encoder of a model, and where its states stand in an <see cref="EncodedPrompt"/>.</summary>
public sealed record TextEncoderInfo
{
    /// <summary>The part's folder, such as <c>text_encoder_2</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Its tokenizer's folder, such as <c>tokenizer_2</c>.</summary>
    public required string TokenizerFolder { get; init; }

    /// <summary>The graph's output that the states come from, such as <c>hidden_states.11</c>.</summary>
    public required string Output { get; init; }

    /// <summary>The element type of that output, such as <c>Float</c>.</summary>
    public required string ElementType { get; init; }

    /// <summary>States of a text: the tokenizer's length.</summary>
    public required int Rows { get; init; }

    /// <summary>Width of a state.</summary>
    public required int Width { get; init; }

    /// <summary>Width of the pooled text; 0 where the encoder gives none.</summary>
    public required int PooledWidth { get; init; }

    /// <summary>The row of <see cref="EncodedPrompt.States"/> that its first state is in.</summary>
    public required int FirstRow { get; init; }

    /// <summary>The column of <see cref="EncodedPrompt.States"/> that its states begin at.</summary>
    public required int Column { get; init; }
}

/// <summary>What one text encoder makes of one text.</summary>
/// <param name="States">[rows, width] of the encoder.</param>
/// <param name="Pooled">[pooled width]; empty where the encoder gives none.</param>
public sealed record TextStates(float[] States, float[] Pooled);
