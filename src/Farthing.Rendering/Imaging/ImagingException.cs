namespace Farthing.Rendering.Imaging;

/// <summary>A picture that can't be read, placed or written. The message is for people and says what to mend.</summary>
public sealed class ImagingException : Exception
{
    /// <summary>Makes the error with its message.</summary>
    public ImagingException(string message) : base(message)
    {
    }

    /// <summary>Makes the error with its message and its cause.</summary>
    public ImagingException(string message, Exception innerException) : base(message, innerException)
    {
    }
}
