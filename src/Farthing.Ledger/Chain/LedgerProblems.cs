namespace Farthing.Ledger.Chain;

/// <summary>Gathers problems: all are counted, the first by link are kept.</summary>
internal sealed class LedgerProblems
{
    private readonly List<LedgerProblem> _found = [];

    public long Count { get; private set; }

    /// <summary>Whether all of them, one at least, are of rollups.</summary>
    public bool AreOfRollups { get; private set; }

    /// <summary>The first ones by link; what belongs to no link comes last.</summary>
    public IReadOnlyList<LedgerProblem> First => [.. _found.OrderBy(Rank).Take(LedgerCheck.MostProblems)];

    public void Add(LedgerProblem problem)
    {
        AreOfRollups = problem.IsOfRollups && (AreOfRollups || Count == 0);
        Count++;
        _found.Add(problem);
        if (_found.Count >= 10 * LedgerCheck.MostProblems)
        {
            var kept = First;
            _found.Clear();
            _found.AddRange(kept);
        }
    }

    private static long Rank(LedgerProblem problem) => problem.Link > 0 ? problem.Link : long.MaxValue;
}
