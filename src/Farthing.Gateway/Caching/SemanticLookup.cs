using Farthing.Gateway.Calls;
using Farthing.Gateway.Configuration;
using Farthing.Gateway.SemanticCache.Guarding;
using Microsoft.Extensions.Logging;

namespace Farthing.Gateway.Caching;

/// <summary>
/// Finds an answer by what its request says: the embedding finds candidates in the scope, and the guard of the tenant decides. What
/// can't be told is a miss.
/// </summary>
/// <param name="options">Thresholds.</param>
/// <param name="answers">The answers.</param>
/// <param name="embedder">Embeds texts.</param>
/// <param name="guards">Decide.</param>
/// <param name="counts">Counts refusals.</param>
/// <param name="time">The clock.</param>
/// <param name="log">Hears why a candidate was refused; of the texts only where that is asked for.</param>
internal sealed partial class SemanticLookup(
    SemanticCacheOptions options, AnswerCache answers, ITextEmbedder embedder, GuardSet guards, CacheCounts counts, TimeProvider time, ILogger log)
{
    private const int MaxCandidates = 16;

    /// <summary>A longer text is not looked up: the guard would not read it.</summary>
    public const int MaxCharacters = 8_000;

    /// <summary>Embeds the text of a call; null where that can't be done.</summary>
    public async ValueTask<TextVector?> EmbedAsync(GatewayCall call, RequestIdentity identity, CancellationToken stop)
    {
        if (identity.Text is not { Length: <= MaxCharacters } text)
        {
            return null;
        }

        using var late = new CancellationTokenSource(options.EmbeddingTime, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, late.Token);
        try
        {
            var vector = await embedder.EmbedAsync(call, text, either.Token);
            if (vector is null && late.IsCancellationRequested)
            {
                LogLate(call.RequestId, embedder.Name, options.EmbeddingTime.TotalSeconds);
            }

            return vector;
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            LogLate(call.RequestId, embedder.Name, options.EmbeddingTime.TotalSeconds);
            return null;
        }
        catch (Exception error) when (error is not (OperationCanceledException or Booking.BookingException))
        {
            LogEmbedding(call.RequestId, embedder.Name, error.Message);
            return null;
        }
    }

    /// <summary>Looks for an answer.</summary>
    /// <returns>The answer, null for none; and the cosine of it, or of the nearest candidate where there was any.</returns>
    public async ValueTask<(CachedAnswer? Answer, double? Similarity)> FindAsync(GatewayCall call, RequestIdentity identity, TextVector vector, CacheOrder order)
    {
        var threshold = order.Threshold ?? options.ThresholdOf(call.Client);
        var guard = guards.For(call.Client);
        GuardText? asked = null;
        double? nearest = null;
        foreach (var candidate in await answers.NearestAsync(identity.Scope, vector, threshold, MaxCandidates))
        {
            nearest ??= candidate.Similarity;
            asked ??= guard.Read(identity.Text!, vector.Embedded);
            var verdict = guard.Compare(asked, guard.Read(candidate.Text, candidate.Embedded));
            if (!verdict.IsSame)
            {
                counts.AddRefused(verdict);
                Tell(call, candidate, verdict, identity.Text!);
                continue;
            }

            var (answer, isGone) = await answers.LookAsync(candidate.Key);
            if (answer is not null)
            {
                return (answer, candidate.Similarity);
            }

            // The store dropped it; one that can't say may have it a moment later.
            if (isGone)
            {
                answers.Index.Remove(candidate.Key);
            }
        }

        return (null, nearest);
    }

    private void Tell(GatewayCall call, VectorCandidate candidate, GuardVerdict verdict, string text)
    {
        if (options.LogsTexts)
        {
            LogRefusedTexts(call.RequestId, candidate.Similarity, verdict, text, candidate.Text);
        }
        else
        {
            // The detail is a word of the text.
            var reason = verdict with { Detail = "" };
            LogRefused(call.RequestId, candidate.Similarity, reason);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Id} candidate refused, similarity {Similarity:0.0000}: {Reason}")]
    private partial void LogRefused(string id, float similarity, GuardVerdict reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Id} candidate refused, similarity {Similarity:0.0000}: {Reason} | asked: {Text} | kept: {Kept}")]
    private partial void LogRefusedTexts(string id, float similarity, GuardVerdict reason, string text, string kept);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Id} the embedder {Embedder} failed, the semantic cache is passed over: {Reason}")]
    private partial void LogEmbedding(string id, string embedder, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Id} the embedder {Embedder} took longer than {Seconds} s, the semantic cache is passed over")]
    private partial void LogLate(string id, string embedder, double seconds);
}
