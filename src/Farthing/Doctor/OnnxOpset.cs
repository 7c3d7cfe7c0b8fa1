using Google.Protobuf;

namespace Farthing.Doctor;

/// <summary>Reads which operator set a model is written for, without reading its graph.</summary>
/// <remarks>Fields of ModelProto and OperatorSetIdProto: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto.</remarks>
internal static class OnnxOpset
{
    private const uint OpsetImport = (8 << 3) | 2;
    private const uint Domain = (1 << 3) | 2;
    private const uint Version = 2 << 3;

    /// <summary>The version of ONNX's own operators; null where the file is no model.</summary>
    public static long? Read(string path)
    {
        try
        {
            using FileStream stream = File.OpenRead(path);
            using var model = CodedInputStream.CreateWithLimits(stream, sizeLimit: int.MaxValue, recursionLimit: 100);
            while (model.ReadTag() is > 0 and var tag)
            {
                if (tag != OpsetImport)
                {
                    model.SkipLastField();
                }
                else if (ReadImport(model.ReadBytes()) is { } version)
                {
                    return version;
                }
            }

            return null;
        }
        catch (Exception e) when (e is InvalidProtocolBufferException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static long? ReadImport(ByteString bytes)
    {
        using CodedInputStream import = bytes.CreateCodedInput();
        string domain = "";
        long version = 0;
        while (import.ReadTag() is > 0 and var tag)
        {
            switch (tag)
            {
                case Domain:
                    domain = import.ReadString();
                    break;
                case Version:
                    version = import.ReadInt64();
                    break;
                default:
                    import.SkipLastField();
                    break;
            }
        }

        return domain is "" or "ai.onnx" ? version : null;
    }
}
