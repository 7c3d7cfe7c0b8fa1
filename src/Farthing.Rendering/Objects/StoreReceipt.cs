namespace Farthing.Rendering.Objects;

/// <summary>What storing an object used.</summary>
/// <param name="Key">The object's key.</param>
/// <param name="Bytes">Bytes stored.</param>
/// <param name="WriteOperations">Operations that a store bills as writes: 1 for an object that was put.</param>
public sealed record StoreReceipt(string Key, long Bytes, int WriteOperations);
