using System.Text.Json;

namespace Farthing.Gateway.Translation.Streams;

/// <summary>What a piece of a chunk's <c>tool_calls</c> is of.</summary>
internal enum CallPiece
{
    /// <summary>The call that is under way.</summary>
    Same,

    /// <summary>One that begins with it.</summary>
    Next,

    /// <summary>One that has ended, so that the arguments of several are mixed.</summary>
    Mixed,
}

/// <summary>
/// Tells the calls of a chat's stream apart. OpenAI numbers them; some servers leave the number out, and some give every call the same: then another id
/// with a name is another call.
/// </summary>
internal sealed class ChatCalls
{
    private readonly HashSet<long> _numbers = [];
    private readonly HashSet<string> _ids = new(StringComparer.Ordinal);
    private string? _id;
    private int _count;

    /// <summary>The number of the last call; below 0 before there is one.</summary>
    public long Number { get; private set; } = -1;

    /// <summary>Takes a piece.</summary>
    /// <param name="call">The piece.</param>
    /// <param name="isCalling">Whether the last call is under way, with nothing else after it.</param>
    public CallPiece Take(JsonElement call, bool isCalling)
    {
        string? id = call.TextField("id") is { Length: > 0 } said ? said : null;
        bool isNamed = call.Field("function").TextField("name") is { Length: > 0 };
        bool isOther = id is not null && id != _id && isNamed;
        long number = call.Field("index") is { ValueKind: JsonValueKind.Number } index && index.TryGetInt64(out long at) ? at
            : id is null || id == _id ? Math.Max(Number, 0)
            : _count;
        if (isCalling && number == Number && !isOther)
        {
            return CallPiece.Same;
        }

        if (id is not null ? !_ids.Add(id) || (!isOther && _numbers.Contains(number)) : _numbers.Contains(number))
        {
            return CallPiece.Mixed;
        }

        _numbers.Add(number);
        (_id, Number) = (id, number);
        _count++;
        return CallPiece.Next;
    }
}
