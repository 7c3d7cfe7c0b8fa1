namespace Farthing.Rendering.Objects;

/// <summary>Says in plain words why a file could not be written or read.</summary>
internal static class StorageFailure
{
    // POSIX numbers, the same on Linux and macOS but for the quota; Windows' HResults for a full disk and a write-protected one.
    private const int NoSpace = 28;
    private const int ReadOnly = 30;
    private const int QuotaLinux = 122;
    private const int QuotaMac = 69;
    private const int DiskFullWindows = unchecked((int)0x80070070);
    private const int ReadOnlyWindows = unchecked((int)0x80070013);

    public static ObjectStoreException Of(string what, Exception cause) => new(what + ": " + Reason(cause), cause);

    private static string Reason(Exception cause) => cause switch
    {
        UnauthorizedAccessException => "the folder may not be written or read. Change its permissions, or choose another folder.",
        FileNotFoundException or DirectoryNotFoundException => "it is not there.",
        _ => cause.HResult switch
        {
            NoSpace or DiskFullWindows => "the disk is full. Free some space and run again; nothing that was finished is lost.",
            QuotaLinux or QuotaMac => "the disk quota is used up. Free some space and run again; nothing that was finished is lost.",
            ReadOnly or ReadOnlyWindows => "the disk is read-only. Choose another folder.",
            _ => cause.Message,
        },
    };
}
