using Google.Protobuf;
using Microsoft.ML.Tokenizers;

namespace Farthing.Diffusion.Tokenizers.T5;

/// <summary>
/// A thin adapter around Microsoft.ML.Tokenizers' unigram core, for text that is already normalised and split. It
/// mends two differences: the library can't load a model without a begin mark (T5 has none: bos_id is −1), and it
/// gives one unknown id a character where transformers gives one a run.
/// </summary>
internal sealed class UnigramModel
{
    private readonly SentencePieceTokenizer _core;
    private readonly int _unknown;

    public UnigramModel(byte[] file, int unknown)
    {
        _unknown = unknown;
        using var stream = new MemoryStream([.. file, .. MarksOverride(unknown)]);
        _core = SentencePieceTokenizer.Create(stream, addBeginningOfSentence: false, addEndOfSentence: false, null);
    }

    /// <summary>Appends the ids of one word with its ▁.</summary>
    public void Encode(ReadOnlySpan<char> word, TokenCollector target)
    {
        var ids = _core.EncodeToIds(
            word,
            addBeginningOfSentence: false,
            addEndOfSentence: false,
            considerPreTokenization: false,
            considerNormalization: false);
        int last = -1;
        for (int i = 0; i < ids.Count; i++)
        {
            if (ids[i] != _unknown || last != _unknown)
            {
                target.Add(ids[i]);
            }

            last = ids[i];
        }
    }

    /// <summary>
    /// In a protocol buffer the last value of a field counts, so a trainer_spec (2) at the end that has only unk_id
    /// (40), bos_id (41) and eos_id (42) replaces those. The begin and end marks are never asked for.
    /// </summary>
    private static byte[] MarksOverride(int id)
    {
        using var inner = new MemoryStream();
        Write(inner, spec =>
        {
            for (int field = 40; field <= 42; field++)
            {
                spec.WriteTag(field, WireFormat.WireType.Varint);
                spec.WriteInt32(id);
            }
        });
        using var outer = new MemoryStream();
        Write(outer, model =>
        {
            model.WriteTag(2, WireFormat.WireType.LengthDelimited);
            model.WriteBytes(ByteString.CopyFrom(inner.ToArray()));
        });
        return outer.ToArray();
    }

    private static void Write(Stream stream, Action<CodedOutputStream> write)
    {
        using var output = new CodedOutputStream(stream, leaveOpen: true);
        write(output);
    }
}
