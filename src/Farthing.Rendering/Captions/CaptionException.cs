namespace Farthing.Rendering.Captions;

/// <summary>A caption that could not be made. The message is for people and says what to mend.</summary>
public sealed class CaptionException : Exception
{
    internal CaptionException(string message, CaptionUsage usage, bool isTransient, Exception? innerException = null)
        : base(message, innerException)
    {
        Usage = usage;
        IsTransient = isTransient;
    }

    /// <summary>What the attempt used all the same: it is billed even when its answer can't be used.</summary>
    public CaptionUsage Usage { get; }

    /// <summary>Whether trying again may help (time out, too many requests, a server's failure).</summary>
    public bool IsTransient { get; }
}
