using Farthing.Diffusion.Tokenizers.Clip;
using Farthing.Diffusion.Tokenizers.T5;

namespace Farthing.Diffusion.Tokenizers;

/// <summary>Loads a tokenizer from a directory as Hugging Face's libraries write it.</summary>
public static class TokenizerDirectory
{
    /// <summary>
    /// Loads the tokenizer. spiece.model with tokenizer_config.json makes a T5 tokenizer; vocab.json, merges.txt and
    /// tokenizer_config.json make a CLIP tokenizer; special_tokens_map.json is read if it is there.
    /// </summary>
    /// <param name="path">The directory, such as <c>model/tokenizer_2</c>.</param>
    /// <returns>The tokenizer; its ids equal those of transformers' fast tokenizers.</returns>
    /// <exception cref="TokenizerFilesException">Files are missing or odd; all problems are listed.</exception>
    public static ITextTokenizer Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var files = new TokenizerFiles(path);
        if (!Directory.Exists(path))
        {
            files.Report("the directory does not exist; export the model with its tokenizers, or mend the path");
            files.ThrowIfOdd();
        }

        if (files.Has(T5Tokenizer.ModelFile))
        {
            return T5Tokenizer.Load(files);
        }

        if (files.Has(ClipTokenizer.VocabularyFile) || files.Has(ClipTokenizer.MergesFile))
        {
            return ClipTokenizer.Load(files);
        }

        files.Report(
            $"there is neither {T5Tokenizer.ModelFile} (T5) nor {ClipTokenizer.VocabularyFile} with " +
            $"{ClipTokenizer.MergesFile} (CLIP); copy them from the model's repository" +
            (files.Has("tokenizer.json") ? " (tokenizer.json alone is not read)" : ""));
        files.ThrowIfOdd();
        throw new System.Diagnostics.UnreachableException();
    }
}
