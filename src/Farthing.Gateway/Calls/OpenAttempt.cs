using Farthing.Gateway.Booking;
using Farthing.Gateway.Fallbacks;
using Farthing.Gateway.Providers;
using Farthing.Gateway.Wire;
using Farthing.Ledger.Prices;

namespace Farthing.Gateway.Calls;

/// <summary>One attempt while it is made: written down when it starts, and exactly once when it has ended.</summary>
public sealed class OpenAttempt
{
    // OpenAI streams sound as 16-bit samples at 24 kHz, and counts 20 tokens a second of it.
    private const int BytesPerAudioToken = 2_400;

    private readonly AttemptJournal _journal;
    private readonly TimeProvider _time;
    private readonly ReadOnlyMemory<byte> _prompt;
    private readonly WireShape _shape;
    private readonly CallWatch? _watch;
    private int _ended;
    private long? _promptTokens;

    private OpenAttempt(AttemptRecord start, AttemptJournal journal, TimeProvider time, ReadOnlyMemory<byte> prompt, WireShape shape, CallWatch? watch) =>
        (Record, _journal, _time, _prompt, _shape, _watch) = (start, journal, time, prompt, shape, watch);

    /// <summary>Whether the model searches the web for its answer, and bills that, without saying so.</summary>
    internal bool SearchesOnce { get; init; }

    /// <summary>As it is booked so far.</summary>
    public AttemptRecord Record { get; private set; }

    /// <summary>Writes the start down.</summary>
    /// <param name="start">The attempt.</param>
    /// <param name="journal">Where it is written.</param>
    /// <param name="time">The clock.</param>
    /// <param name="prompt">The body that is sent, to count its tokens where the provider does not.</param>
    /// <param name="shape">The shape that the provider is called in.</param>
    /// <param name="watch">Hears that it started and ended.</param>
    /// <param name="searchesOnce">Whether the model searches the web for its answer, and bills that, without saying so.</param>
    /// <exception cref="BookingException">It can't be written, so it must not be made.</exception>
    internal static OpenAttempt Start(
        AttemptRecord start, AttemptJournal journal, TimeProvider time, ReadOnlyMemory<byte> prompt, WireShape shape, CallWatch? watch = null, bool searchesOnce = false)
    {
        ArgumentNullException.ThrowIfNull(journal);

        // Should this process die, the search was made all the same.
        start = searchesOnce ? start with { Uses = ToolUse.Text([new ToolUse(Meters.WebSearches, "", 1)]) } : start;
        journal.Write(start);
        watch?.Started();
        return new OpenAttempt(start, journal, time, prompt, shape, watch) { SearchesOnce = searchesOnce };
    }

    /// <summary>Ends it without tokens: nothing was answered.</summary>
    public AttemptRecord Fail(AttemptFault fault, int status) => End(EndOf(fault), fault, status, default, false);

    /// <summary>Ends an answer that came whole.</summary>
    /// <param name="usage">What it reports.</param>
    /// <param name="status">The provider's status.</param>
    /// <param name="body">The answer, to count its tokens where it does not report them.</param>
    /// <param name="fault">Why it is of no use to the client; none when it is.</param>
    public AttemptRecord Answer(UsageReport usage, int status, ReadOnlySpan<byte> body, AttemptFault fault = AttemptFault.None)
    {
        ArgumentNullException.ThrowIfNull(usage);
        var (tokens, isEstimated) = Count(usage, body);
        return End(EndOf(fault), fault, status, tokens, isEstimated, usage);
    }

    /// <summary>Ends a stream, or an answer that broke off. What was not reported is counted here and flagged.</summary>
    /// <param name="fault">What ended it; none when it is whole.</param>
    /// <param name="status">The provider's status.</param>
    /// <param name="reading">What came of it.</param>
    public AttemptRecord Stream(AttemptFault fault, int status, StreamReading reading)
    {
        ArgumentNullException.ThrowIfNull(reading);
        if (Volatile.Read(ref _ended) != 0)
        {
            // What is over has been counted.
            return Record;
        }

        var (tokens, isEstimated) = Count(reading, fault == AttemptFault.None);
        return End(EndOf(fault), fault, status, tokens, isEstimated, reading.Usage);
    }

    /// <summary>What a whole answer is booked with, and whether that was counted here.</summary>
    internal (TokenCounts Tokens, bool IsEstimated) Count(UsageReport usage, ReadOnlySpan<byte> body)
    {
        var reported = usage.Counts(_shape);
        return usage.HasInput && (usage.HasOutput || _shape == WireShape.Embeddings) ? (reported, false) : (reported with
        {
            Input = usage.HasInput ? reported.Input : Prompt,
            Output = usage.HasOutput || _shape == WireShape.Embeddings ? reported.Output : TokenEstimate.OfPrompt(body),
        }, true);
    }

    /// <summary>What a stream is booked with, and whether that was counted here.</summary>
    /// <param name="reading">What came of it.</param>
    /// <param name="isWhole">Whether it ended as it should, so that the last count is that of all.</param>
    internal (TokenCounts Tokens, bool IsEstimated) Count(StreamReading reading, bool isWhole)
    {
        var reported = reading.Usage.Counts(_shape);
        if (reading.IsCounted || (isWhole && reading.Usage is { HasInput: true, HasOutput: true }))
        {
            return (reported, false);
        }

        // A stream that was cut may have reported a first count of its output; what came is at least that. The text has the reasoning in it.
        return (reported with
        {
            Input = reading.Usage.HasInput ? reported.Input : Prompt,
            Output = Math.Max(reported.Output, TokenEstimate.OfText(reading.Text) - reported.Reasoning),
            OutputAudio = Math.Max(reported.OutputAudio, reading.AudioBytes / BytesPerAudioToken),
        }, true);
    }

    // Where a client is told what is booked, it is asked for twice.
    private long Prompt => _promptTokens ??= TokenEstimate.OfPrompt(_prompt.Span);

    private static AttemptEnd EndOf(AttemptFault fault) => fault switch
    {
        AttemptFault.None => AttemptEnd.Answered,
        AttemptFault.Rejected => AttemptEnd.Rejected,
        AttemptFault.Cancelled => AttemptEnd.Cancelled,
        _ => AttemptEnd.Failed,
    };

    private AttemptRecord End(AttemptEnd end, AttemptFault fault, int status, TokenCounts tokens, bool estimated, UsageReport? usage = null)
    {
        if (Interlocked.Exchange(ref _ended, 1) != 0)
        {
            return Record;
        }

        Record = Record with
        {
            EndedAt = _time.GetUtcNow(),

            // Another service has other prices: what it is priced as is known only now.
            Resource = PriceTier.Resource(Record.Resource, usage?.Service ?? ""),
            End = end,
            Fault = fault.Code(),
            Status = status,
            Tokens = tokens,
            Uses = usage is null ? null : ToolReport.Uses(usage.Tools, SearchesOnce, _prompt, isCut: end != AttemptEnd.Answered),
            Estimated = estimated,
        };
        try
        {
            _journal.Write(Record);
        }
        finally
        {
            _watch?.Ended(Record);
        }

        return Record;
    }
}
