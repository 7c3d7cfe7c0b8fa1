using System.Globalization;
using System.Text;

namespace Farthing.Gateway.SemanticCache.Reading;

/// <summary>
/// Cuts a text into small-lettered words, numbers and marks. A hyphen inside a word parts it; an apostrophe vanishes;
/// a wide gap is a mark where other gaps are narrow; a symbol that is not known is a word.
/// </summary>
internal sealed class TextScanner
{
    /// <summary>The mark of a wide gap or a line's end.</summary>
    public const char Gap = '_';

    /// <summary>What is between two of it is struck out.</summary>
    public const string Struck = "~~";

    private const string Separators = ",;|:.!?()[]{}/\"*•·~<>=\\";
    private readonly string _text;
    private readonly string _cased;
    private readonly Func<string, bool> _isUnit;
    private readonly bool _wideGapsPart;
    private readonly List<Token> _tokens = [];
    private readonly List<string> _printed;
    private int _at;
    private int _taken;
    private bool _ties;
    private bool _isQuoted;

    private TextScanner(string text, List<string> printed, Func<string, bool> isUnit) =>
        (_cased, _text, _printed, _isUnit, _wideGapsPart) = (text, text.ToLowerInvariant(), printed, isUnit, HasNarrowGaps(text));

    /// <summary>The tokens of a text.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="isUnit">Whether letters that follow figures closely, as in "30cm", are a unit; else the whole is a name.</param>
    /// <param name="printed">What is to be printed of it, in the order of its places.</param>
    public static List<Token> Scan(string text, Func<string, bool> isUnit, List<string>? printed = null)
    {
        var scanner = new TextScanner(PlainText.Cased(text), printed ?? [], isUnit);
        while (scanner._at < scanner._text.Length)
        {
            scanner.Next();
        }

        return scanner._tokens;
    }

    /// <summary>Whether a good part of the gaps between words are narrow ones, so that a wide one means something.</summary>
    private static bool HasNarrowGaps(string text)
    {
        (int narrow, int wide) = (0, 0);
        for (int at = 1; at < text.Length - 1; at++)
        {
            bool follows = text[at] == ' ' && char.IsLetterOrDigit(text[at - 1]);
            narrow += follows && char.IsLetterOrDigit(text[at + 1]) ? 1 : 0;
            wide += follows && text[at + 1] == ' ' ? 1 : 0;
        }

        return narrow > 0 && 2 * narrow >= wide;
    }

    private char Peek(int ahead) => _at + ahead < _text.Length && _at + ahead >= 0 ? _text[_at + ahead] : '\0';

    private void Next()
    {
        char c = _text[_at];
        if (c is ' ' or '\n')
        {
            Blank();
        }
        else if (char.IsAsciiDigit(c) || (c == '.' && char.IsAsciiDigit(Peek(1)) && !char.IsLetterOrDigit(Peek(-1))))
        {
            Number();
        }
        else if (char.IsLetter(c))
        {
            Word();
        }
        else if (c == '-')
        {
            Hyphen();
        }
        else if (c == '"')
        {
            Quote();
        }
        else if (c == '&')
        {
            Add(Token.Word("and"));
        }
        else if (c == '\'')
        {
            _at++;
        }
        else if (c == '~' && Peek(1) == '~')
        {
            _at++;
            Add(Token.Word(Struck));
        }
        else if (c == '~' && StandsBeforeNumber())
        {
            Add(Token.Word(Approximations.Sign));
        }
        else if (c == PrintedText.Place && _taken < _printed.Count)
        {
            // One word, in no way to be taken for another: blanks would part it.
            Add(Token.Word('"' + string.Join('\u00a0', _printed[_taken++].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))));
        }
        else if (c == '!' && char.IsLetter(Peek(1)) && !char.IsLetterOrDigit(Peek(-1)))
        {
            // As in search boxes and code.
            Add(Token.Word("not"));
        }
        else if (c is '<' or '>' && StandsBeforeNumber())
        {
            Add(Token.Word(c.ToString()));
        }
        else if (Separators.Contains(c, StringComparison.Ordinal))
        {
            Add(Token.Mark(c));
        }
        else if (char.IsHighSurrogate(c) && char.IsLowSurrogate(Peek(1)))
        {
            // A picture sign is one word, so that lists can name it.
            Push(Token.Word(_text.Substring(_at, 2)));
            _at += 2;
        }
        else
        {
            Add(Token.Word(c.ToString()));
        }
    }

    /// <summary>Before a number a sign compares; before a quotation, or around a tag, it only parts.</summary>
    private bool StandsBeforeNumber()
    {
        int next = _at + 1;
        while (next < _text.Length && _text[next] is ' ' or '=')
        {
            next++;
        }

        return next < _text.Length && (char.IsAsciiDigit(_text[next]) || _text[next] is '$' or '\u20ac' or '\u00a3');
    }

    private void Add(Token token)
    {
        Push(token);
        _at++;
    }

    private void Push(Token token)
    {
        _tokens.Add(_ties ? token with { IsTied = true } : token);
        _ties = false;
    }

    private void Blank()
    {
        int start = _at;
        bool isLine = false;
        while (_at < _text.Length && _text[_at] is ' ' or '\n')
        {
            isLine |= _text[_at++] == '\n';
        }

        bool betweenWords = start > 0 && char.IsLetterOrDigit(_text[start - 1]) && _at < _text.Length && char.IsLetterOrDigit(_text[_at]);
        if (betweenWords && (isLine || (_at - start > 1 && _wideGapsPart)))
        {
            Push(Token.Mark(Gap));
        }
    }

    /// <summary>A number; then what is written close to it: a unit, an x, or letters that make a name of the whole.</summary>
    private void Number()
    {
        int start = _at;
        if (IsThreeQuarters())
        {
            // Of views and profiles it is no amount.
            Push(Token.Word("three"));
            Push(Token.Word("quarter") with { IsTied = true });
            _at += 3;
            return;
        }

        while (char.IsAsciiDigit(Peek(0)) || (Peek(0) is '.' or ',' && char.IsAsciiDigit(Peek(1))))
        {
            _at++;
        }

        int digits = _at;
        while (char.IsLetterOrDigit(Peek(0)) && !(IsCross(digits) && _at == digits + 1))
        {
            _at++;
        }

        string tail = _text[digits.._at];
        if (tail.Length > 0 && tail != "x" && tail != "in" && !_isUnit(tail))
        {
            Push(Token.Word(_text[start.._at]));
            return;
        }

        Push(new Token(TokenKind.Number, Numbers.Plain(_text[start..digits])));
        if (tail.Length > 0)
        {
            Push(Token.Word(tail == "in" ? "inch" : tail) with { IsTied = true });
        }
        else if (Peek(0) == '+')
        {
            Add(Token.Word("+"));
        }
        else if (Peek(0) == '*' && Peek(1) != '*' && (start == 0 || _text[start - 1] != '*'))
        {
            // Five stars; but *5* is a five.
            Add(Token.Word("*"));
        }
        else if (Peek(0) == '"' && IsInchMark())
        {
            Add(Token.Word("inch"));
        }
        else if (Peek(0) == '\'' && !char.IsLetter(Peek(1)) && (start == 0 || _text[start - 1] != '\'') && !_text.AsSpan(0, start).Contains('\''))
        {
            // Feet, unless it may close a quotation.
            Add(Token.Word("ft") with { IsTied = true });
        }
        else if (Peek(0) == '-' && char.IsAsciiDigit(Peek(1)))
        {
            Add(Token.Word("-"));
        }
        else if (Peek(0) == '/' && char.IsAsciiDigit(Peek(1)))
        {
            Add(Token.Word("/"));
        }
    }

    private bool IsThreeQuarters()
    {
        ReadOnlySpan<char> rest = _text.AsSpan(_at);
        return rest.StartsWith("3/4") && rest.Length > 4 && rest[3] is ' ' or '-' && (rest[4..].StartsWith("view") || rest[4..].StartsWith("angle") || rest[4..].StartsWith("profile"));
    }

    private bool IsCross(int digits) => digits < _text.Length && _text[digits] == 'x' && digits + 1 < _text.Length && char.IsAsciiDigit(_text[digits + 1]);

    /// <summary>After a number, the quote is a unit unless it closes a quotation.</summary>
    private bool IsInchMark() => !_isQuoted || _text.AsSpan(_at + 1).Count('"') % 2 == 1;

    private void Quote()
    {
        _isQuoted = !_isQuoted;
        Add(Token.Mark('"'));
    }

    private void Word()
    {
        int start = _at;
        var word = new StringBuilder();
        while (char.IsLetterOrDigit(Peek(0)) || char.GetUnicodeCategory(Peek(0)) is UnicodeCategory.NonSpacingMark
            || (Peek(0) == '\'' && (char.IsLetter(Peek(1)) || (word.Length > 0 && word[^1] == 's'))))
        {
            if (Peek(0) != '\'')
            {
                word.Append(Peek(0));
            }

            _at++;
        }

        if (word.Length <= 3 && Peek(0) == '$')
        {
            // A$ and US$ are currencies; only the second is what $ alone is read as.
            word.Append(Peek(0));
            _at++;
            if (word.Equals("us$"))
            {
                word.Remove(0, 2);
            }
        }

        if (word.Length == 1 && word[0] == 'b' && Peek(0) == '/' && Peek(1) == 'w' && !char.IsLetterOrDigit(Peek(2)))
        {
            _at += 2;
            Push(Token.Word("black"));
            Push(Token.Word("and"));
            Push(Token.Word("white"));
            return;
        }

        if (word.Length == 1 && word[0] == 'w' && Peek(0) == '/')
        {
            word.Append(Peek(0));
            _at++;
            if (Peek(0) == 'o' && !char.IsLetterOrDigit(Peek(1)))
            {
                word.Append('o');
                _at++;
            }
        }

        (string first, string second) = Contractions.Read(_text[start.._at], word.ToString());
        Push(Token.Word(first) with { IsCapital = char.IsUpper(_cased[start]) });
        if (second.Length > 0)
        {
            Push(Token.Word(second));
        }
    }

    /// <summary>Between letters it joins words; before a number that follows a blank it is a sign; else it parts.</summary>
    private void Hyphen()
    {
        char before = Peek(-1);
        char after = Peek(1);
        if (char.IsLetterOrDigit(before) && char.IsLetterOrDigit(after))
        {
            _ties = true;
            _at++;
        }
        else if (char.IsAsciiDigit(after) && !char.IsLetterOrDigit(before))
        {
            Add(Token.Word("-"));
        }
        else
        {
            Add(Token.Mark('-'));
        }
    }
}
