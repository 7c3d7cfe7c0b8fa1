using Farthing.Gateway.SemanticCache.Lists;

namespace Farthing.Gateway.SemanticCache.Reading;

/// <summary>Says the beginnings of requests in the words of the job: "can't you write" is "you write", "I'm after a" is "I need a".</summary>
internal static class Openings
{
    public static List<Token> Read(List<Token> tokens, TaskWords task)
    {
        // A question that denies asks for the same: but only where the job's verb follows.
        if (tokens.Count > 3 && tokens[0].IsWord && tokens[0].Text is "cant" or "couldnt" or "wont" or "wouldnt" or "cannot" && tokens[1].Is("you") && task.Verbs.Contains(tokens[2].Text))
        {
            tokens.RemoveAt(0);
        }

        int after = tokens.Count > 3 && tokens[0].Is("im") ? 1 : tokens.Count > 4 && tokens[0].Is("i") && tokens[1].Is("am") ? 2 : 0;
        if (after > 0 && tokens[after].Is("after") && (FunctionWords.Articles.Contains(tokens[after + 1].Text) || task.Answers.ContainsKey(tokens[after + 1].Text)))
        {
            tokens.RemoveRange(0, after + 1);
            tokens.InsertRange(0, [Token.Word("i"), Token.Word("need")]);
        }

        return tokens;
    }
}
