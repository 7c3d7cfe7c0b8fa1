using Farthing.Gateway.Booking;
using Farthing.Gateway.Fallbacks;
using Farthing.Gateway.Wire;

namespace Farthing.Gateway.Calls;

/// <summary>What follows from a provider's error, whether its status says it or an answer whose status was good.</summary>
internal static class ProviderRefusal
{
    /// <summary>The attempt that came to it.</summary>
    /// <param name="plan">The attempt.</param>
    /// <param name="result">What is known of it.</param>
    /// <param name="response">The response, whose headers may say when to come again.</param>
    /// <param name="now">The time.</param>
    /// <param name="status">The status, or the one that says what the answer told.</param>
    /// <param name="said">The error's body; empty where nothing was said.</param>
    /// <param name="book">Ends the attempt with the fault that it is.</param>
    public static AttemptResult Of(
        AttemptPlan plan, AttemptResult result, HttpResponseMessage response, DateTimeOffset now, int status, ReadOnlyMemory<byte> said, Func<AttemptFault, AttemptRecord> book)
    {
        said = ListedError.First(said);
        var fault = RefusalReading.Of(plan.Link.Options.Row, status, said);
        var (told, body) = ProviderError.For(plan, status, fault, said);
        return result with
        {
            Fault = fault,
            Status = told,
            Body = body,
            Record = book(fault),
            RetryAfter = RetryAfter.Of(response.Headers, now),
            IsOfOtherModel = fault == AttemptFault.ModelRefused && RefusalReading.NamesOther(said, plan.Target.Model),
        };
    }

    /// <summary>The same for an error in an answer, or in a stream that had not begun.</summary>
    public static AttemptResult Of(AttemptPlan plan, AttemptResult result, HttpResponseMessage response, DateTimeOffset now, ToldError error, Func<AttemptFault, AttemptRecord> book) =>
        Of(plan, result, response, now, error.Status, error.Body(plan.Shape), book);
}
