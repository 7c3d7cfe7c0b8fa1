using Farthing.Diffusion.Tokenizers;

namespace Farthing.Tests.Diffusion.Tokenizers;

/// <summary>The reference tokenizers, loaded once for all tests; they are immutable.</summary>
internal static class LoadedTokenizers
{
    private static readonly Lazy<ITextTokenizer> ClipLazy = new(() => Load(TokenizerFolder.Clip()));
    private static readonly Lazy<ITextTokenizer> Clip2Lazy = new(() => Load(TokenizerFolder.Clip("tokenizer_2")));
    private static readonly Lazy<ITextTokenizer> T5Lazy = new(() => Load(TokenizerFolder.T5()));

    public static ITextTokenizer Clip => ClipLazy.Value;

    public static ITextTokenizer Clip2 => Clip2Lazy.Value;

    public static ITextTokenizer T5 => T5Lazy.Value;

    public static ITextTokenizer Named(string name) => name switch
    {
        "clip" => Clip,
        "clip2" => Clip2,
        "t5" => T5,
        _ => throw new ArgumentOutOfRangeException(nameof(name)),
    };

    private static ITextTokenizer Load(TokenizerFolder folder)
    {
        using (folder)
        {
            return folder.Load();
        }
    }
}
