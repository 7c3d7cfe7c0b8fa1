namespace Farthing.Gateway.Configuration;

/// <summary>The journal that attempts are written down in.</summary>
public sealed record JournalOptions
{
    /// <summary>What a line outlives when its call goes on. Default the process.</summary>
    public JournalDurability Durability { get; init; }
}

/// <summary>What a written line outlives.</summary>
public enum JournalDurability
{
    /// <summary>The end of the process, <c>kill -9</c> too: the line is in the kernel's hands. No call waits for a disk.</summary>
    Process,

    /// <summary>A power cut too: the line is flushed to the disk, by calls at once together.</summary>
    Disk,
}
