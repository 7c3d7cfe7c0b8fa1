using System.Globalization;
using System.Text;
using Farthing.Diffusion.Tokenizers.Unicode;

namespace Farthing.Diffusion.Embeddings;

/// <summary>
/// Cuts a text into the words that WordPiece takes apart, as BERT's uncased tokenizer does: control characters dropped, CJK
/// spaced apart, accents stripped, small letters, each punctuation mark a word.
/// </summary>
/// <remarks>
/// Microsoft.ML.Tokenizers' own step drops the marks that Unicode counts as symbols ($ + &lt; = &gt; ^ ` | ~), joins words
/// over a tab, and needs ICU to strip accents, so only its WordPiece is used.
/// </remarks>
internal static class BertWords
{
    public static List<string> Split(string text)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        var points = new List<int>();
        void Close()
        {
            if (word.Length > 0)
            {
                words.Add(word.ToString());
                word.Clear();
            }
        }

        foreach (Rune rune in text.EnumerateRunes())
        {
            if (rune.Value is '\t' or '\n' or '\r' || Rune.IsWhiteSpace(rune))
            {
                Close();
                continue;
            }

            if (IsDropped(rune))
            {
                continue;
            }

            bool isAlone = IsCjk(rune.Value);
            if (isAlone)
            {
                Close();
            }

            points.Clear();
            CanonicalComposition.Decompose(rune.Value, points);
            foreach (int point in points)
            {
                var part = new Rune(point);
                if (Rune.GetUnicodeCategory(part) == UnicodeCategory.NonSpacingMark)
                {
                    continue;
                }

                if (IsPunctuation(part))
                {
                    Close();
                    words.Add(part.ToString());
                }
                else if (point == 0x130)
                {
                    word.Append('i');
                }
                else
                {
                    LowerCase.Append(point, word);
                }
            }

            if (isAlone)
            {
                Close();
            }
        }

        Close();
        return words;
    }

    private static bool IsDropped(Rune rune) => rune.Value is 0 or 0xFFFD || Rune.GetUnicodeCategory(rune)
        is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned or UnicodeCategory.Surrogate;

    private static bool IsPunctuation(Rune rune) => rune.IsAscii ? char.IsAscii((char)rune.Value) && !Rune.IsLetterOrDigit(rune) : Rune.IsPunctuation(rune);

    private static bool IsCjk(int point) => point
        is (>= 0x4E00 and <= 0x9FFF) or (>= 0x3400 and <= 0x4DBF) or (>= 0x20000 and <= 0x2A6DF) or (>= 0x2A700 and <= 0x2B73F)
        or (>= 0x2B740 and <= 0x2B81F) or (>= 0x2B920 and <= 0x2CEAF) or (>= 0xF900 and <= 0xFAFF) or (>= 0x2F800 and <= 0x2FA1F);
}
