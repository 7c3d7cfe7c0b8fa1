using Farthing.Gateway.Configuration;
using Farthing.Ledger.Usage;
using Microsoft.AspNetCore.Http;

namespace Farthing.Serving.Usage;

/// <summary><c>/v1/usage</c>: CloudEvents, each read by itself.</summary>
/// <param name="options">The limits.</param>
internal sealed class CloudEventsWire(UsageOptions options) : IUsageWire
{
    /// <inheritdoc/>
    public async Task TakeAsync(HttpContext context, ReadOnlyMemory<byte> body, UsageSender sender, PostUsage post)
    {
        var (read, isBatch) = UsageBodyReader.Read(context.Request, body, options);
        var reader = new UsageEventReader(sender);
        var events = new UsageEvent?[read.Count];
        var results = new UsageResult?[read.Count];
        for (int i = 0; i < events.Length; i++)
        {
            try
            {
                events[i] = read[i].Fault is { } fault ? throw fault : reader.Read(read[i].Event!);
            }
            catch (UsageFormatException fault)
            {
                results[i] = new UsageResult(UsageStatus.Refused, fault.Code, fault.Message);
            }
        }

        IReadOnlyList<UsageResult> posted = await post([.. events.OfType<UsageEvent>()]);
        int next = 0;
        List<AnsweredEvent> answers = [.. read.Select((each, i) => new AnsweredEvent(each, events[i], results[i] ?? posted[next++]))];
        await (isBatch ? UsageAnswer.WriteAsync(context, answers) : UsageAnswer.WriteAsync(context, answers[0]));
    }

    /// <inheritdoc/>
    public Task RefuseAsync(HttpContext context, int status, string code, string message) => UsageAnswer.WriteAsync(context, status, code, message);
}
