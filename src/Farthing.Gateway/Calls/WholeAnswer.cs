using Farthing.Gateway.Fallbacks;
using Farthing.Gateway.Wire;

namespace Farthing.Gateway.Calls;

/// <summary>
/// What an answer that came whole, with a good status, is to its client. One rule for all shapes, before any translation: 1. what is no JSON is none; 2. an
/// error is what its status would be; 3. what has no end, or comes in another framing than was asked for, is none; 4. the rest is, where it can be said.
/// </summary>
internal static class WholeAnswer
{
    /// <summary>The attempt that came to it, ended.</summary>
    /// <param name="plan">The attempt.</param>
    /// <param name="attempt">The same, open.</param>
    /// <param name="result">What is known of it.</param>
    /// <param name="response">The response, whose headers may say when to come again.</param>
    /// <param name="now">The time.</param>
    /// <param name="body">The answer.</param>
    public static AttemptResult Of(AttemptPlan plan, OpenAttempt attempt, AttemptResult result, HttpResponseMessage response, DateTimeOffset now, byte[] body)
    {
        if (AnswerReading.Of(plan.Shape, body) is not { } report)
        {
            return result with { Fault = AttemptFault.Broken, Record = attempt.Stream(AttemptFault.Broken, result.Status, new StreamReading(plan.Shape)) };
        }

        if (report.Error is { } told)
        {
            return Refused(plan, attempt, result, response, now, body, report, told);
        }

        if (report.Finish == AnswerFinish.None || plan.Call.Request.Stream)
        {
            return result with { Fault = AttemptFault.Broken, Record = attempt.Answer(report.Usage, result.Status, body, AttemptFault.Broken) };
        }

        result = result with { IsWhole = report.Finish == AnswerFinish.Whole };
        return plan.Bridged is { } bridge
            ? Converted(bridge, attempt, result, report.Usage, body)
            : result with { Body = body, Record = attempt.Answer(report.Usage, result.Status, body) };
    }

    /// <summary>What failed before anything was made is billed as little as what a status refuses.</summary>
    private static AttemptResult Refused(
        AttemptPlan plan, OpenAttempt attempt, AttemptResult result, HttpResponseMessage response, DateTimeOffset now, byte[] body, AnswerReport report, ToldError told) =>
        ProviderRefusal.Of(plan, result, response, now, told, fault => report.HasContent || report.Usage.HasInput
            ? attempt.Answer(report.Usage, result.Status, body, fault)
            : attempt.Fail(fault, result.Status));

    /// <summary>In the client's shape. What can't be converted was no answer to the client, though the provider bills what it says that it used.</summary>
    private static AttemptResult Converted(IBridgedAttempt bridge, OpenAttempt attempt, AttemptResult result, UsageReport usage, byte[] body)
    {
        try
        {
            var converted = bridge.ConvertAnswer(body, () => attempt.Count(usage, body) is (var tokens, true) ? tokens : null);
            return result with { Body = converted, Record = attempt.Answer(usage, result.Status, body) };
        }
        catch (Exception error) when (error is InvalidDataException or ModelAnswerException)
        {
            var fault = error is ModelAnswerException ? AttemptFault.Unusable : AttemptFault.Broken;
            return result with { Fault = fault, Record = attempt.Answer(usage, result.Status, body, fault) };
        }
    }
}
