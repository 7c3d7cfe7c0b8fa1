using System.IO.Enumeration;

namespace Farthing.Simulation.Scenarios;

/// <summary>Which calls a rule is for; what is left out fits every call.</summary>
internal sealed record RuleFilter
{
    /// <summary><c>openai</c>, <c>anthropic</c> or <c>bedrock</c>: the protocol that is spoken.</summary>
    public string? Provider { get; init; }

    /// <summary><c>chat</c>, <c>messages</c>, <c>responses</c>, <c>converse</c>, <c>embeddings</c> or <c>models</c>.</summary>
    public string? Operation { get; init; }

    /// <summary>The model's name, with * for any letters.</summary>
    public string? Model { get; init; }

    /// <summary>The name of the key.</summary>
    public string? Key { get; init; }

    /// <summary>Whether a stream is asked for.</summary>
    public bool? IsStream { get; init; }

    /// <summary>From this time after the start on. Default 0.</summary>
    public TimeSpan From { get; init; }

    /// <summary>Before this time after the start. Default for ever.</summary>
    public TimeSpan To { get; init; } = TimeSpan.MaxValue;

    /// <summary>Of the calls that fit so far, from this one on, counted from 1. Default 1.</summary>
    public long FirstCall { get; init; } = 1;

    /// <summary>… to this one. Default all.</summary>
    public long LastCall { get; init; } = long.MaxValue;

    /// <summary>… each of so many: 10 is the tenth, the twentieth … Default 1.</summary>
    public long Every { get; init; } = 1;

    /// <summary>… and of these a share by chance. Default 1; above 0, up to 1.</summary>
    public double Probability { get; init; } = 1;

    /// <summary>Whether a call fits, its number and chance apart.</summary>
    public bool Fits(CallFacts call, TimeSpan elapsed) =>
        (Provider is null || Provider == call.Provider)
        && (Operation is null || Operation == call.Operation)
        && (Model is null || FileSystemName.MatchesSimpleExpression(Model, call.Model, ignoreCase: false))
        && (Key is null || Key == call.Key)
        && (IsStream is null || IsStream == call.IsStream)
        && elapsed >= From && elapsed < To;

    /// <summary>Whether the number of a call that fits is one of the rule's.</summary>
    public bool Counts(long number) => number >= FirstCall && number <= LastCall && (number - FirstCall + 1) % Every == 0;
}
