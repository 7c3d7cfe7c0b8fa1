namespace Farthing.Gateway.SemanticCache.Reading;

/// <summary>What a token is.</summary>
internal enum TokenKind
{
    Word,
    Number,
    Measure,
    Count,
    Size,
    Age,
    Language,
    Mark,
}

/// <summary>Whether a word is a value of a known kind. What is known is held to more rules, never to fewer.</summary>
internal enum ValueClass
{
    None,
    Colour,
    ColourThing,
    Material,
    Pattern,
}

/// <summary>A word, a number or a mark of a text.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">What it says, in the one form that it is compared in.</param>
/// <param name="Class">The known kind of value.</param>
/// <param name="IsMended">Whether a slip of the pen was mended in it.</param>
internal readonly record struct Token(TokenKind Kind, string Text, ValueClass Class = ValueClass.None, bool IsMended = false)
{
    /// <summary>Whether a hyphen, or nothing at all, joins it to what is before it. No part of what it says, so two tokens are equal without it.</summary>
    public bool IsTied { get; init; }

    /// <summary>Whether it is written with a capital. No part of what it says.</summary>
    public bool IsCapital { get; init; }

    /// <summary>Whether it is a number that was written in words.</summary>
    public bool IsSpelt { get; init; }

    public bool IsMark => Kind == TokenKind.Mark;

    public bool IsWord => Kind == TokenKind.Word;

    public bool Is(string word) => Kind == TokenKind.Word && Text == word;

    public bool IsMarkOf(string marks) => Kind == TokenKind.Mark && marks.Contains(Text[0], StringComparison.Ordinal);

    /// <summary>What the word or number at a place says; empty where a mark or the end is.</summary>
    public static string TextAt(ReadOnlySpan<Token> tokens, int at) => at < tokens.Length && !tokens[at].IsMark ? tokens[at].Text : "";

    public static Token Word(string text) => new(TokenKind.Word, text);

    public static Token Mark(char mark) => new(TokenKind.Mark, mark.ToString());

    public bool Equals(Token other) => Kind == other.Kind && Text == other.Text && Class == other.Class && IsMended == other.IsMended;

    public override int GetHashCode() => HashCode.Combine(Kind, Text, Class, IsMended);
}
