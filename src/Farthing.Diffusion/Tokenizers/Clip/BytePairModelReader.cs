using System.Text;
using System.Text.Json;

namespace Farthing.Diffusion.Tokenizers.Clip;

/// <summary>Reads vocab.json and merges.txt, and reports what does not fit together.</summary>
internal static class BytePairModelReader
{
    private const string VersionLine = "#version";

    /// <summary>The vocabulary: each token's id. Empty if the file could not be read.</summary>
    public static Dictionary<string, int> ReadVocabulary(TokenizerFiles files)
    {
        var vocabulary = new Dictionary<string, int>(StringComparer.Ordinal);
        if (files.ReadObject(ClipTokenizer.VocabularyFile) is not { } root)
        {
            return vocabulary;
        }

        var odd = new List<string>();
        var taken = new HashSet<int>();
        foreach (var entry in root.EnumerateObject())
        {
            if (entry.Value.ValueKind != JsonValueKind.Number || !entry.Value.TryGetInt32(out int id)
                || id is < 0 or > AddedToken.MaxId)
            {
                odd.Add($"'{entry.Name}' has no id from 0 to 16,777,215");
            }
            else if (!taken.Add(id) || !vocabulary.TryAdd(entry.Name, id))
            {
                odd.Add($"'{entry.Name}' or its id {id} is there twice");
            }
        }

        files.ReportMany(ClipTokenizer.VocabularyFile, odd, "copy the file anew");
        return vocabulary;
    }

    /// <summary>The model; null if a file could not be read. Odd lines are reported.</summary>
    public static BytePairModel? Read(TokenizerFiles files, Dictionary<string, int> vocabulary)
    {
        if (files.ReadBytes(ClipTokenizer.MergesFile) is not { } bytes || vocabulary.Count == 0)
        {
            return null;
        }

        var missing = new List<string>();
        int[] inner = ByteIds("");
        int[] last = ByteIds(BytePairModel.EndOfWord);
        files.ReportMany(
            ClipTokenizer.VocabularyFile,
            missing,
            "a byte-level vocabulary has all 256 bytes, plain and as the end of a word; use CLIP's kind");
        return new BytePairModel(inner, last, ReadMerges(files, Encoding.UTF8.GetString(bytes), vocabulary));

        int[] ByteIds(string suffix)
        {
            var ids = new int[ByteAlphabet.Characters.Count];
            for (int b = 0; b < ids.Length; b++)
            {
                string token = ByteAlphabet.Characters[b] + suffix;
                if (!vocabulary.TryGetValue(token, out ids[b]))
                {
                    missing.Add($"'{token}' is missing");
                }
            }

            return ids;
        }
    }

    private static Dictionary<(int Left, int Right), (int Rank, int Id)> ReadMerges(
        TokenizerFiles files, string text, Dictionary<string, int> vocabulary)
    {
        var merges = new Dictionary<(int Left, int Right), (int Rank, int Id)>();
        var odd = new List<string>();
        int number = 0;
        foreach (var raw in text.AsSpan().TrimStart('\uFEFF').EnumerateLines())
        {
            number++;
            if (raw.IsWhiteSpace() || raw.StartsWith(VersionLine, StringComparison.Ordinal))
            {
                continue;
            }

            string line = raw.ToString();
            if (line.Split(' ') is not [{ Length: > 0 } left, { Length: > 0 } right])
            {
                odd.Add($"line {number} is not two tokens with a space between");
            }
            else if (!vocabulary.TryGetValue(left, out int leftId) || !vocabulary.TryGetValue(right, out int rightId)
                || !vocabulary.TryGetValue(left + right, out int id))
            {
                odd.Add($"line {number} ('{line}') has a token that {ClipTokenizer.VocabularyFile} lacks");
            }
            else if (!merges.TryAdd((leftId, rightId), (merges.Count, id)))
            {
                odd.Add($"line {number} ('{line}') is there twice");
            }
        }

        files.ReportMany(ClipTokenizer.MergesFile, odd, "copy both files anew from one repository");
        return merges;
    }
}
