using Farthing.Gateway.Translation;
using Farthing.Simulation.Scenarios;

namespace Farthing.Simulation.Answers;

/// <summary>Chooses the form of an answer.</summary>
internal static class AnswerForms
{
    /// <summary>The form that the endpoint of a call answers in.</summary>
    public static IAnswerForm Of(CallFacts facts, SimulatedCall call, SimulatedAnswer answer, TokenUsage? reported, long created) => facts.Operation switch
    {
        "responses" => new ResponsesJson(call, answer, reported, created),
        "converse" => new ConverseJson(call, answer, reported),
        _ => new AnswerJson(call, answer, reported, created),
    };
}
