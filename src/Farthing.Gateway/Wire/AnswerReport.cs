namespace Farthing.Gateway.Wire;

/// <summary>What an answer that came whole says of itself, in its provider's words.</summary>
public sealed class AnswerReport
{
    private AnswerFinish? _finish;

    /// <summary>What it used.</summary>
    public UsageReport Usage { get; } = new();

    /// <summary>How it ended; of several choices the worst. None where it is no answer of its shape, whatever it is.</summary>
    public AnswerFinish Finish => _finish ?? AnswerFinish.None;

    /// <summary>The error that it is, or that one of its choices ended in; null where it is none.</summary>
    public ToldError? Error { get; private set; }

    /// <summary>Whether something was generated, which is billed whatever came of it.</summary>
    public bool HasContent { get; internal set; }

    internal void End(AnswerFinish finish)
    {
        _finish = _finish is { } known && known > finish ? known : finish;
        Error ??= finish == AnswerFinish.Failed ? ToldError.Bare : null;
    }

    internal void Fail(ToldError? error) => Error = ToldError.First(Error, error);
}
