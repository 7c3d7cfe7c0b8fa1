using System.Text;
using Farthing.Gateway.Booking;
using Farthing.Gateway.Caching;
using Farthing.Gateway.Calls;
using Farthing.Gateway.Providers;
using Farthing.Gateway.Wire;
using Farthing.Tests.Rendering;
using Microsoft.Extensions.Logging.Abstractions;

namespace Farthing.Tests.Gateway.Caching;

public sealed class HitBookingTests
{
    [Theory]
    [InlineData(WireShape.Chat, "chat")]
    [InlineData(WireShape.Messages, "messages")]
    [InlineData(WireShape.Chat, "messages", "messages")]
    public void A_hit_is_written_down_with_the_shape_that_its_attempt_had(WireShape shape, string booked, string? calledIn = null)
    {
        using var folder = new ScratchFolder();
        using var journal = AttemptJournal.Open(folder.File("journal"), "own");
        var call = new GatewayCall("r2", shape, RequestOutline.Read(Encoding.UTF8.GetBytes("{\"model\":\"m\"}")), [new ModelTarget("p", "m")]);
        var origin = new AnswerOrigin
        {
            Shape = shape,
            CalledIn = calledIn,
            RequestId = "r1",
            Attempt = 1,
            Provider = "p",
            Model = "m",
            Resource = "llm/p/m",
            At = DateTimeOffset.UnixEpoch,
            Until = DateTimeOffset.MaxValue,
        };

        new HitBooking(journal, TimeProvider.System, NullLogger.Instance).Write(call, new CachedAnswer(default, origin, default), new CacheOutcome(CacheWord.Exact));

        AttemptRecord line = Assert.Single(new JournalTail(journal.Folder, journal).Next(1));
        Assert.Equal((booked, new CacheHit("exact", "r1/1")), (line.Shape, line.Hit));
    }
}
