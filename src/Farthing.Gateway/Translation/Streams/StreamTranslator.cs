using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Farthing.Gateway.Providers;
using Farthing.Gateway.Translation.Errors;
using Farthing.Gateway.Wire;

namespace Farthing.Gateway.Translation.Streams;

/// <summary>
/// Turns the server-sent events of one protocol into those of the other while they come. For one answer and one thread. What it can't
/// turn into a whole answer ends in an error event, never in the end of a whole answer.
/// </summary>
public abstract class StreamTranslator
{
    private readonly ArrayBufferWriter<byte> _scratch = new(512);
    private IBufferWriter<byte>? _output;

    // Most are given whole events.
    private SseFramer? _framer;

    /// <summary>How far it is.</summary>
    public StreamState State { get; private set; }

    /// <summary>What broke it; null while nothing did.</summary>
    public StreamFault? Fault { get; private set; }

    /// <summary>
    /// Whether something of the answer itself was written: text, thinking or a call. Before that, what was written may be thrown away
    /// and another provider asked.
    /// </summary>
    public bool HasContent { get; private protected set; }

    /// <summary>The tokens that the provider counted so far; null where it gave no count yet.</summary>
    public TokenUsage? Usage { get; private protected set; }

    /// <summary>
    /// Gives what is booked where the provider gives no count; null where it gives one. Asked once, at the end of what is whole, by protocols that need numbers.
    /// </summary>
    internal Func<TokenUsage?>? Uncounted { get; set; }

    /// <summary>Takes the provider's next bytes.</summary>
    /// <param name="bytes">Any part of the stream.</param>
    /// <param name="output">Gets what the client is to be sent.</param>
    public void Write(ReadOnlySpan<byte> bytes, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        if (State != StreamState.Open)
        {
            return;
        }

        _output = output;
        _framer ??= new SseFramer();
        try
        {
            _framer.Add(bytes);
        }
        catch (InvalidDataException error)
        {
            Break(null, $"The provider's stream can't be read: {error.Message}");
        }

        while (_framer.TryRead(out var found))
        {
            WriteEvent(found.Data, output);
        }
    }

    /// <summary>Takes an event that was found already, in place of its bytes.</summary>
    /// <param name="data">Its data; an event without any, such as a comment, says nothing.</param>
    /// <param name="output">Gets what the client is to be sent.</param>
    public void WriteEvent(ReadOnlyMemory<byte> data, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        _output = output;
        if (!data.IsEmpty)
        {
            Take(data);
        }
    }

    /// <summary>The provider's stream is over.</summary>
    /// <param name="output">Gets what the client is to be sent.</param>
    public void End(IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        _output = output;
        if (_framer is not null && _framer.TryReadRest(out var rest))
        {
            WriteEvent(rest.Data, output);
        }

        if (State == StreamState.Open)
        {
            TakeEnd();
        }
    }

    /// <summary>The gateway ends it, for a time-out or a broken connection.</summary>
    /// <param name="code">A short name of it.</param>
    /// <param name="message">What happened, for people.</param>
    /// <param name="output">Gets what the client is to be sent.</param>
    public void Fail(string? code, string message, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        _output = output;
        if (State == StreamState.Open)
        {
            Break(code, message);
        }
    }

    private protected abstract void Take(JsonElement data);

    private protected abstract void TakeDone();

    private protected abstract void TakeEnd();

    private protected abstract void WriteError(string? type, string message);

    private protected void Finish() => State = StreamState.Complete;

    private protected void Break(string? type, string message)
    {
        State = StreamState.Broken;
        Fault = new StreamFault(type, message);
        WriteError(type, message);
    }

    private protected void BreakByEnd() => Break(null, "The provider's stream ended before its answer did.");

    /// <summary>A chat's stream is over. Some servers leave out [DONE]; a finish_reason is the end all the same.</summary>
    private protected void TakeEndOfChat(string? reason)
    {
        if (reason is null)
        {
            BreakByEnd();
        }
        else
        {
            TakeDone();
        }
    }

    /// <summary>Breaks it where a chat's choice failed, which some servers say in the choice alone.</summary>
    private protected void BreakByFailure(JsonElement choice)
    {
        if (State != StreamState.Open)
        {
            return;
        }

        if (choice.Field("error").ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null))
        {
            BreakByError(choice);
        }
        else if (choice.TextField("finish_reason") is { } reason && FinishWords.Of(WireShape.Chat, reason) == AnswerFinish.Failed)
        {
            Break("api_error", $"The provider's answer broke off with the finish_reason '{reason}'.");
        }
    }

    private protected void BreakByError(JsonElement data)
    {
        ErrorFacts? facts = ErrorFacts.Read(data);
        Break(facts?.Type ?? TypeOf(data.Field("error")), facts?.Message ?? "The provider broke off its answer without saying why.");
    }

    /// <summary>OpenRouter and Google tell a number in place of a type.</summary>
    private static string TypeOf(JsonElement error) => error.ValueKind == JsonValueKind.Object
        ? ErrorToAnthropic.Type(ToldError.Of(JsonMarshal.GetRawUtf8Value(error)).Status)
        : "api_error";

    /// <summary>Sends an event.</summary>
    /// <param name="type">Its <c>event</c> field; null for none.</param>
    /// <param name="write">Writes its data.</param>
    private protected void Send(string? type, Action<Utf8JsonWriter> write)
    {
        _scratch.ResetWrittenCount();
        using (var json = new Utf8JsonWriter(_scratch, JsonForms.Writing))
        {
            write(json);
        }

        if (type is not null)
        {
            SendRaw("event: "u8);
            Encoding.UTF8.GetBytes(type.AsSpan(), _output!);
            SendRaw("\n"u8);
        }

        SendRaw("data: "u8);
        SendRaw(_scratch.WrittenSpan);
        SendRaw("\n\n"u8);
    }

    private protected void SendRaw(ReadOnlySpan<byte> bytes) => _output!.Write(bytes);

    private void Take(ReadOnlyMemory<byte> data)
    {
        if (State != StreamState.Open)
        {
            return;
        }

        if (data.Span.Trim(" \t"u8).SequenceEqual("[DONE]"u8))
        {
            TakeDone();
            return;
        }

        try
        {
            using var document = JsonDocument.Parse(data, JsonForms.Reading);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                Take(document.RootElement);
                return;
            }
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or ArgumentException)
        {
            // Told below. Text may be missing now, so going on would pass off a part as the whole.
        }

        Break(null, "The provider sent an event that can't be read, so the answer is not whole.");
    }
}
