namespace Farthing.Diffusion.Tokenizers.Clip;

/// <summary>A byte-pair vocabulary in ids: what each byte begins as, and what pairs become.</summary>
internal sealed class BytePairModel
{
    /// <summary>Marks, in the vocabulary, a token that ends a word.</summary>
    public const string EndOfWord = "</w>";

    private readonly Dictionary<(int Left, int Right), (int Rank, int Id)> _merges;
    private readonly int[] _inner;
    private readonly int[] _last;

    /// <param name="inner">The id of each byte inside a word; 256.</param>
    /// <param name="last">The id of each byte as the end of a word; 256.</param>
    /// <param name="merges">The pairs to join, with their rank (the lowest goes first) and the id they make.</param>
    public BytePairModel(int[] inner, int[] last, Dictionary<(int Left, int Right), (int Rank, int Id)> merges)
    {
        _inner = inner;
        _last = last;
        _merges = merges;
    }

    public int IdOf(byte value, bool endsWord) => endsWord ? _last[value] : _inner[value];

    public bool TryMerge(int left, int right, out (int Rank, int Id) merge) =>
        _merges.TryGetValue((left, right), out merge);
}
