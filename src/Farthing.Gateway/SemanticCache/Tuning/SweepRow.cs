using Farthing.Ledger.Money;

namespace Farthing.Gateway.SemanticCache.Tuning;

/// <summary>What a cache would have done at one threshold.</summary>
/// <param name="Threshold">The least cosine of a hit.</param>
/// <param name="Guarded">With the guard.</param>
/// <param name="Plain">With the cosine alone.</param>
public sealed record SweepRow(decimal Threshold, SweepHits Guarded, SweepHits Plain);

/// <summary>The hits of one way to decide.</summary>
public sealed record SweepHits
{
    /// <summary>Pairs looked at.</summary>
    public required int Pairs { get; init; }

    /// <summary>Pairs among them whose answer is the same.</summary>
    public required int Same { get; init; }

    /// <summary>Same pairs that hit.</summary>
    public required int TrueHits { get; init; }

    /// <summary>Different pairs that hit: a wrong answer was served.</summary>
    public required int FalseHits { get; init; }

    /// <summary>False hits by what the pairs differ by; kinds without one are left out.</summary>
    public required IReadOnlyDictionary<string, int> FalseByKind { get; init; }

    /// <summary>What the true hits would have cost.</summary>
    public required CurrencyAmount Saved { get; init; }

    /// <summary>What the false hits would have cost: the price of the answers that should have been asked for.</summary>
    public required CurrencyAmount Risked { get; init; }

    /// <summary>Hits per pair.</summary>
    public double HitRate => Ratio(TrueHits + FalseHits, Pairs);

    /// <summary>Hits per same pair; 0 where there is none.</summary>
    public double Recall => Ratio(TrueHits, Same);

    /// <summary>Hits per different pair; 0 where there is none.</summary>
    public double FalseHitRate => Ratio(FalseHits, Pairs - Same);

    private static double Ratio(int part, int whole) => whole == 0 ? 0 : (double)part / whole;
}
