namespace Farthing.Diffusion.Tokenizers;

/// <summary>Loads the tokenizer that a folder holds.</summary>
public static class TokenizerFactory
{
    /// <summary>Loads CLIP's byte-pair tokenizer (vocab.json, merges.txt) or T5's (spiece.model).</summary>
    /// <exception cref="TokenizerException">Files are missing or odd; the message lists all.</exception>
    public static ITextTokenizer Load(string folder)
    {
        var files = new TokenizerFiles(folder);
        bool unigram = files.Has("spiece.model") || files.ClassName is "T5Tokenizer" or "T5TokenizerFast";
        ITextTokenizer? tokenizer = unigram ? T5Tokenizer.Load(files) : ClipTokenizer.Load(files);
        return files.Problems.Count == 0 && tokenizer is not null
            ? tokenizer
            : throw new TokenizerException(files.Problems);
    }
}
