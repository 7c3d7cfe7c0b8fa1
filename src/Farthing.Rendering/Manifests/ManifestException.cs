namespace Farthing.Rendering.Manifests;

/// <summary>A manifest that can't be read as a whole. The message is for people and says what to mend.</summary>
public sealed class ManifestException : Exception
{
    /// <summary>Makes the error with its message.</summary>
    public ManifestException(string message) : base(message)
    {
    }

    /// <summary>Makes the error with its message and its cause.</summary>
    public ManifestException(string message, Exception innerException) : base(message, innerException)
    {
    }
}
