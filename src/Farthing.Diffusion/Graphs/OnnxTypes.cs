namespace Farthing.Diffusion.Graphs;

/// <summary>Numbers of ONNX's TensorProto.DataType.</summary>
internal static class OnnxTypes
{
    public const int Float = 1;
    public const int UInt8 = 2;
    public const int Int8 = 3;
    public const int Int32 = 6;
    public const int Int64 = 7;
    public const int Bool = 9;
    public const int Float16 = 10;
    public const int Double = 11;
    public const int BFloat16 = 16;

    /// <summary>Bytes of one element; 0 for strings and types that a UNet has no use for.</summary>
    public static int Bytes(int type) => type switch
    {
        UInt8 or Int8 or Bool => 1,
        4 or 5 or Float16 or BFloat16 => 2,
        Float or Int32 or 12 => 4,
        Int64 or Double or 13 => 8,
        _ => 0,
    };

    /// <summary>The type's name as ONNX spells it.</summary>
    public static string Name(int type) => type switch
    {
        Float => "FLOAT",
        UInt8 => "UINT8",
        Int8 => "INT8",
        4 => "UINT16",
        5 => "INT16",
        Int32 => "INT32",
        Int64 => "INT64",
        Bool => "BOOL",
        Float16 => "FLOAT16",
        Double => "DOUBLE",
        BFloat16 => "BFLOAT16",
        _ => $"type {type}",
    };
}
