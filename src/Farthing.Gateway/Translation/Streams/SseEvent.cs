namespace Farthing.Gateway.Translation.Streams;

/// <summary>One server-sent event.</summary>
/// <param name="Type">Its <c>event</c> field; empty where there is none.</param>
/// <param name="Data">Its <c>data</c> lines, joined by line feeds; UTF-8. Valid until the reader is fed again.</param>
public readonly record struct SseEvent(string Type, ReadOnlyMemory<byte> Data);
