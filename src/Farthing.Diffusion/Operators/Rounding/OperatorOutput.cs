namespace Farthing.Diffusion.Operators.Rounding;

/// <summary>Where the output of an operator goes that may round: floats, or bytes on a grid. One of the two pointers is null.</summary>
internal readonly unsafe struct OperatorOutput
{
    public readonly float* Floats;
    public readonly byte* Bytes;
    public readonly ByteGrid Grid;

    private OperatorOutput(void* data, ByteGrid? grid)
    {
        Floats = grid is null ? (float*)data : null;
        Bytes = grid is null ? null : (byte*)data;
        Grid = grid.GetValueOrDefault();
    }

    /// <summary>Makes the first output's tensor.</summary>
    /// <param name="context">The operator's call.</param>
    /// <param name="sizes">The output's shape.</param>
    /// <param name="gridInput">The input that has the grid's scale; null where it does not round.</param>
    public static OperatorOutput Make(nint context, ReadOnlySpan<long> sizes, int? gridInput) =>
        new(OrtNative.Data(OrtNative.Output(context, 0, sizes)), gridInput is { } grid ? ByteGrid.Read(context, grid) : null);
}
