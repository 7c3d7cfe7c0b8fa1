using Farthing.Gateway.Booking;
using Farthing.Gateway.Calls;
using Farthing.Gateway.Providers;
using Microsoft.Extensions.Logging;

namespace Farthing.Gateway.Caching;

/// <summary>Writes hits down, as what they avoided, where attempts are written down. A hit that can't be is served all the same: it costs nothing.</summary>
internal sealed partial class HitBooking(AttemptJournal journal, TimeProvider time, ILogger log)
{
    /// <summary>Writes one hit down.</summary>
    public void Write(GatewayCall call, CachedAnswer answer, CacheOutcome outcome)
    {
        var now = time.GetUtcNow();
        try
        {
            journal.Write(new AttemptRecord
            {
                RequestId = call.RequestId,
                Attempt = 0,
                StartedAt = now,
                EndedAt = now,
                Shape = answer.Origin.CalledIn ?? call.Shape.Name(),
                Streamed = call.Request.Stream,
                Provider = answer.Origin.Provider,
                Model = answer.Origin.Model,
                Resource = answer.Origin.Resource,
                KeyId = "",
                Client = call.Client,
                Tags = call.Tags.Text,
                Tokens = answer.Origin.Tokens,
                Uses = answer.Origin.Uses,
                Estimated = answer.Origin.Estimated,
                Hit = new CacheHit(outcome.Word == CacheWord.Semantic ? "semantic" : "exact", $"{answer.Origin.RequestId}/{answer.Origin.Attempt}"),
            });
        }
        catch (BookingException error)
        {
            LogUnbooked(call.RequestId, error.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Id} a hit is in no memo: {Reason}")]
    private partial void LogUnbooked(string id, string reason);
}
