using System.Collections.Concurrent;

namespace Farthing.Gateway.Caching;

/// <summary>
/// How many of the signs of two vectors may differ where their cosine is at least so great. Of two with the cosine c, a share of about
/// acos(c)/π differs (M. S. Charikar, "Similarity estimation techniques from rounding algorithms", STOC 2002).
/// </summary>
internal sealed class SignBound
{
    // How many standard deviations above the expected number are still looked at.
    private const double Deviations = 5;
    private const int Steps = 1_000;

    // An embedder's length each; scopes are many.
    private static readonly ConcurrentDictionary<int, SignBound> Made = [];

    private readonly int[] _most;

    private SignBound(int dimensions) => _most = [.. Enumerable.Range(-Steps, (2 * Steps) + 1).Select(step => Most((double)step / Steps, dimensions))];

    /// <summary>The bounds for embeddings of so many values.</summary>
    public static SignBound Of(int dimensions) => Made.GetOrAdd(dimensions, static length => new SignBound(length));

    /// <summary>The most unlike signs at which a cosine of at least this is looked for.</summary>
    public int MostUnlike(double cosine) => _most[Steps + (int)Math.Floor(Math.Clamp(cosine, -1, 1) * Steps)];

    private static int Most(double cosine, int dimensions)
    {
        var share = Math.Acos(cosine) / Math.PI;
        return (int)Math.Ceiling((dimensions * share) + (Deviations * Math.Sqrt(dimensions * Math.Max(share * (1 - share), 0.005))));
    }
}
