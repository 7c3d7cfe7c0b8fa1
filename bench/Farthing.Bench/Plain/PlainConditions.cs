namespace Farthing.Bench.Plain;

/// <summary>What a picture's steps share: the unconditional row first, where there is guidance.</summary>
/// <param name="Rows">Rows of a UNet call: 2 with guidance, else 1.</param>
/// <param name="States">[rows, sequence, width].</param>
/// <param name="Pooled">[rows, width]; empty for SD 1.5.</param>
/// <param name="TimeIds">[rows, 6].</param>
/// <param name="Sequence">States of a row.</param>
internal sealed record PlainConditions(int Rows, float[] States, float[] Pooled, float[] TimeIds, int Sequence);
