namespace Farthing.Gateway.Caching;

/// <summary>One look through the entries of a scope: the query seen from its centre, and how unlike its signs an entry's may be.</summary>
internal readonly ref struct SignScan
{
    private readonly SignBound _bound;
    private readonly NearestCandidates _nearest;
    private readonly double _distance;
    private readonly Span<int> _most;

    /// <summary>Begins one.</summary>
    /// <param name="query">The embedding, of norm 1.</param>
    /// <param name="centre">What the signs are seen from.</param>
    /// <param name="now">Entries that end before are passed over.</param>
    /// <param name="nearest">Gets what is near enough.</param>
    /// <param name="signs">Room for the signs.</param>
    /// <param name="most">Room for 256 numbers.</param>
    public SignScan(ReadOnlySpan<float> query, ScopeCentre centre, long now, NearestCandidates nearest, Span<ulong> signs, Span<int> most)
    {
        centre.Signs(query, signs);
        Query = query;
        Signs = signs;
        Now = now;
        _most = most;
        (_bound, _nearest, _distance) = (SignBound.Of(query.Length), nearest, centre.Distance(query));
        Tighten();
    }

    public ReadOnlySpan<float> Query { get; }

    public ReadOnlySpan<ulong> Signs { get; }

    public long Now { get; }

    /// <summary>The most unlike signs of an entry that is looked at, by the kind of its distance from the centre.</summary>
    public ReadOnlySpan<int> MostUnlike => _most;

    /// <summary>Whether a cosine is near enough.</summary>
    public bool Takes(float cosine) => _nearest.Takes(cosine);

    /// <summary>Adds an entry. Where there are enough, only what is nearer counts from now on.</summary>
    public void Add(VectorCandidate candidate)
    {
        var before = _nearest.Least;
        _nearest.Add(candidate);
        if (_nearest.Least > before)
        {
            Tighten();
        }
    }

    private void Tighten()
    {
        for (var kind = 0; kind < _most.Length; kind++)
        {
            _most[kind] = _bound.MostUnlike(ScopeCentre.LeastCosine(_nearest.Least, _distance, kind));
        }
    }
}
