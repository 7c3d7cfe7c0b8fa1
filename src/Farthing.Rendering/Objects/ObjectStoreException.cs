namespace Farthing.Rendering.Objects;

/// <summary>An object that can't be stored or read. The message is for people and says what to mend.</summary>
public sealed class ObjectStoreException : Exception
{
    /// <summary>Makes the error with its message.</summary>
    public ObjectStoreException(string message) : base(message)
    {
    }

    /// <summary>Makes the error with its message and its cause.</summary>
    public ObjectStoreException(string message, Exception innerException) : base(message, innerException)
    {
    }
}
