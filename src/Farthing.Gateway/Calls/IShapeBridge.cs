using Farthing.Gateway.Providers;
using Farthing.Gateway.Wire;

namespace Farthing.Gateway.Calls;

/// <summary>Carries calls from a client of one shape to a provider of another.</summary>
public interface IShapeBridge
{
    /// <summary>The client's shape.</summary>
    WireShape Client { get; }

    /// <summary>The provider's shape.</summary>
    WireShape Provider { get; }

    /// <summary>Begins one attempt.</summary>
    /// <param name="request">What the client sent.</param>
    /// <param name="model">The model as the provider knows it.</param>
    /// <param name="provider">The provider's quirks.</param>
    /// <exception cref="RequestFormException">The request has something that the provider's shape can't say.</exception>
    IBridgedAttempt Begin(RequestOutline request, string model, ProviderRow provider);
}

/// <summary>One attempt that crosses shapes: it knows what it sent, and turns what comes back into the client's shape.</summary>
public interface IBridgedAttempt
{
    /// <summary>The request in the provider's shape.</summary>
    ReadOnlyMemory<byte> Body { get; }

    /// <summary>Fields of the client's that were left out, because the provider's shape has no word for them.</summary>
    IReadOnlyList<string> Dropped { get; }

    /// <summary>Whether the stream can't become a whole answer. The client's events have said so, unless none was given yet.</summary>
    bool IsBroken { get; }

    /// <summary>
    /// Counts a stream here: what it is booked with where the provider gave no count; null where it gave one. Asked at the stream's end, for clients whose
    /// shape needs numbers.
    /// </summary>
    Func<TokenCounts?>? Uncounted { get; set; }

    /// <summary>An answer that came whole.</summary>
    /// <param name="body">The answer.</param>
    /// <param name="uncounted">As <see cref="Uncounted"/>.</param>
    /// <exception cref="InvalidDataException">It is no answer of the provider's shape.</exception>
    /// <exception cref="ModelAnswerException">It is one, and what the model wrote in it can't be said.</exception>
    ReadOnlyMemory<byte> ConvertAnswer(ReadOnlyMemory<byte> body, Func<TokenCounts?> uncounted);

    /// <summary>A provider's error; its status may have another number in the client's shape.</summary>
    (int Status, ReadOnlyMemory<byte> Body) ConvertError(int status, ReadOnlyMemory<byte> body);

    /// <summary>The events for the client that follow from one of the provider's; empty when none do.</summary>
    ReadOnlyMemory<byte> ConvertEvent(ReadOnlyMemory<byte> data);

    /// <summary>The events that end the client's stream after the provider's ended whole; empty when there are none.</summary>
    ReadOnlyMemory<byte> Finish();

    /// <summary>The events that tell the client that its stream broke; empty when it was told already.</summary>
    /// <param name="code">A short name.</param>
    /// <param name="message">What happened.</param>
    ReadOnlyMemory<byte> Break(string code, string message);
}
