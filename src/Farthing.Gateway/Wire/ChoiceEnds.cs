namespace Farthing.Gateway.Wire;

/// <summary>How the choices of a chat's stream ended so far. Each ends by itself, so that one which has not is missing whatever the others did.</summary>
internal sealed class ChoiceEnds
{
    private readonly Dictionary<long, AnswerFinish> _choices = [];

    /// <summary>How they ended; of several the worst.</summary>
    public AnswerFinish Finish => _choices.Count == 0 ? AnswerFinish.None : _choices.Values.Max();

    /// <summary>Whether there are some, and all that began have ended.</summary>
    public bool IsOver => _choices.Count > 0 && !_choices.ContainsValue(AnswerFinish.None);

    /// <summary>Takes what a chunk has of a choice; none where it goes on.</summary>
    public void Take(long index, AnswerFinish finish)
    {
        if (finish == AnswerFinish.None)
        {
            // A chunk that follows the end, with the usage, has the choice once more.
            _choices.TryAdd(index, finish);
        }
        else
        {
            _choices[index] = finish;
        }
    }
}
