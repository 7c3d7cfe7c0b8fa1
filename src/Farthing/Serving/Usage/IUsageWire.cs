using Farthing.Ledger.Usage;
using Microsoft.AspNetCore.Http;

namespace Farthing.Serving.Usage;

/// <summary>Posts events.</summary>
/// <returns>What became of each, once it is on the disk.</returns>
/// <exception cref="UsageDelayedException">They can't be taken now.</exception>
internal delegate Task<IReadOnlyList<UsageResult>> PostUsage(IReadOnlyList<UsageEvent> events);

/// <summary>A way to write usage on the wire: CloudEvents, or OpenTelemetry's spans.</summary>
internal interface IUsageWire
{
    /// <summary>Reads a body, posts what it holds and answers.</summary>
    /// <exception cref="UsageFormatException">It can't be read at all.</exception>
    Task TakeAsync(HttpContext context, ReadOnlyMemory<byte> body, UsageSender sender, PostUsage post);

    /// <summary>Answers a body that was not taken.</summary>
    Task RefuseAsync(HttpContext context, int status, string code, string message);
}

/// <summary>Events can't be taken now, but may be later.</summary>
/// <param name="code">A short name of the reason.</param>
/// <param name="message">What to do.</param>
/// <param name="seconds">When to come again.</param>
internal sealed class UsageDelayedException(string code, string message, int seconds) : Exception(message)
{
    /// <summary>A short name of the reason.</summary>
    public string Code => code;

    /// <summary>When to come again.</summary>
    public int Seconds => seconds;
}
