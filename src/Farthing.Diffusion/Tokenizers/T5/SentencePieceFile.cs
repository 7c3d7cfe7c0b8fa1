using Google.Protobuf;

namespace Farthing.Diffusion.Tokenizers.T5;

/// <summary>
/// What a T5 tokenizer needs of spiece.model, a protocol buffer (sentencepiece_model.proto): ModelProto has pieces = 1,
/// trainer_spec = 2, normalizer_spec = 3.
/// </summary>
/// <param name="Pieces">The pieces; a piece's place is its id.</param>
/// <param name="Unknown">The id of the piece for what no other piece has.</param>
/// <param name="CharsMap">The character map's bytes; may be empty.</param>
/// <param name="IsUnigram">Whether the model is of the unigram kind.</param>
internal sealed record SentencePieceFile(
    IReadOnlyList<string> Pieces, int? Unknown, ByteString CharsMap, bool IsUnigram)
{
    private const int UnigramKind = 1;
    private const int UnknownPieceType = 2;

    /// <exception cref="InvalidProtocolBufferException">The bytes are no protocol buffer.</exception>
    public static SentencePieceFile Parse(byte[] bytes)
    {
        var pieces = new List<string>();
        int? unknown = null;
        var charsMap = ByteString.Empty;
        int kind = UnigramKind;
        ForEachField(new CodedInputStream(bytes), (field, input) =>
        {
            if (field is not (1 or 2 or 3))
            {
                return false;
            }

            var inner = input.ReadBytes().CreateCodedInput();
            ForEachField(inner, (innerField, value) =>
            {
                switch (field, innerField)
                {
                    case (1, 1):
                        pieces.Add(value.ReadString());
                        return true;
                    case (1, 3):
                        unknown = value.ReadInt32() == UnknownPieceType ? pieces.Count - 1 : unknown;
                        return true;
                    case (2, 3):
                        kind = value.ReadInt32();
                        return true;
                    case (3, 2):
                        charsMap = value.ReadBytes();
                        return true;
                    default:
                        return false;
                }
            });
            return true;
        });
        return new SentencePieceFile(pieces, unknown, charsMap, kind == UnigramKind);
    }

    /// <summary>Hands each field's number to the reader, and skips those that it does not take.</summary>
    private static void ForEachField(CodedInputStream input, Func<int, CodedInputStream, bool> read)
    {
        while (input.ReadTag() is var tag and not 0)
        {
            if (!read(WireFormat.GetTagFieldNumber(tag), input))
            {
                input.SkipLastField();
            }
        }
    }
}
