namespace Farthing.Diffusion.Tokenizers.Clip;

/// <summary>
/// Joins the bytes of one word: always the pair of the lowest rank, the leftmost among equals, until none is left.
/// Microsoft.ML.Tokenizers' BpeTokenizer gives the same ids, but takes time quadratic in the word's length: minutes for
/// a megabyte of one letter. Here a heap orders the pairs and a linked list holds what is left: n log n.
/// One instance serves one thread and is used again from word to word.
/// </summary>
internal sealed class BytePairMerger(BytePairModel model)
{
    private const int None = -1;
    private readonly PriorityQueue<(int Left, int LeftId, int RightId, int Id), (int Rank, int Left)> _pairs = new();
    private int[] _ids = new int[64];
    private int[] _next = new int[64];
    private int[] _previous = new int[64];

    public void Encode(ReadOnlySpan<byte> word, TokenCollector target)
    {
        Begin(word);
        while (_pairs.TryDequeue(out var pair, out _))
        {
            // A pair is stale when one of its sides has meanwhile been joined to something else.
            int right = _next[pair.Left];
            if (right != None && _ids[pair.Left] == pair.LeftId && _ids[right] == pair.RightId)
            {
                Join(pair.Left, right, pair.Id);
            }
        }

        for (int i = word.IsEmpty ? None : 0; i != None; i = _next[i])
        {
            target.Add(_ids[i]);
        }
    }

    private void Begin(ReadOnlySpan<byte> word)
    {
        if (_ids.Length < word.Length)
        {
            int size = Math.Max(word.Length, _ids.Length * 2);
            (_ids, _next, _previous) = (new int[size], new int[size], new int[size]);
        }

        for (int i = 0; i < word.Length; i++)
        {
            bool last = i == word.Length - 1;
            _ids[i] = model.IdOf(word[i], last);
            _next[i] = last ? None : i + 1;
            _previous[i] = i - 1;
            Offer(i - 1, i);
        }
    }

    private void Join(int left, int right, int id)
    {
        int after = _next[right];
        _ids[left] = id;
        _ids[right] = None;
        _next[right] = None;
        _next[left] = after;
        if (after != None)
        {
            _previous[after] = left;
        }

        Offer(_previous[left], left);
        Offer(left, after);
    }

    private void Offer(int left, int right)
    {
        if (left != None && right != None && model.TryMerge(_ids[left], _ids[right], out var merge))
        {
            _pairs.Enqueue((left, _ids[left], _ids[right], merge.Id), (merge.Rank, left));
        }
    }
}
