using System.Numerics;
using Farthing.Ledger.Posting;

namespace Farthing.Tests.Ledger.Simulation;

/// <summary>A ledger in plain code: dictionaries, whole numbers, no store.</summary>
internal sealed class LedgerModel
{
    private readonly Dictionary<string, UsageFact> _facts = new(StringComparer.Ordinal);
    private readonly List<ModelCharge> _charges = [];
    private readonly Dictionary<string, (string Run, bool IsSettled, bool IsClosed, long Elapsed, long Idle)> _leases = new(StringComparer.Ordinal);
    private readonly Dictionary<AttemptKey, AttemptOutcome?> _attempts = [];
    private readonly Stack<(DateTimeOffset From, List<(ModelCharge Charge, (int, int)? Before)> Changes)> _reratings = new();

    /// <summary>The book that is posted by.</summary>
    public int Book { get; set; }

    public int Facts => _facts.Count;

    public DateTimeOffset OpenFrom { get; set; } = DateTimeOffset.UnixEpoch;

    public bool Has(string id) => _facts.ContainsKey(id);

    public bool IsClosed(string lease) => _leases[lease].IsClosed;

    public bool IsOpen(string lease) => _leases.ContainsKey(lease);

    public bool IsSettled(string lease) => _leases[lease].IsSettled;

    public void Open(string lease, string run) => _leases.TryAdd(lease, (run, false, false, 0, 0));

    /// <summary>The first content of an id counts, for ever.</summary>
    public void Post(UsageFact fact)
    {
        if (!_facts.TryAdd(fact.Id, fact))
        {
            return;
        }

        Add(fact.Id, fact.RunId, fact.Resource, fact.Quantity, fact.At, fact.LeaseId, isIdle: false, isLost: false);
    }

    /// <summary>What came late to a lease that was settled by estimate is taken from its lost time.</summary>
    public void Resettle(IEnumerable<UsageFact> added)
    {
        foreach (var lease in added.Select(static fact => fact.LeaseId).OfType<string>().Distinct().ToList())
        {
            if (_leases[lease] is { IsSettled: true, IsClosed: false } state)
            {
                Settle(lease, state.Elapsed, state.Idle, isClosed: false);
            }
        }
    }

    public void Settle(string lease, long elapsed, long idle, bool isClosed)
    {
        var (run, _, wasClosed, _, _) = _leases[lease];
        if (wasClosed)
        {
            return;
        }

        if (!isClosed)
        {
            elapsed = Math.Max(elapsed, Work(lease) + idle);
        }

        var at = LedgerFixture.Noon;
        Add("", run, ModelPrices.Cpu, (idle - Time(lease, static charge => charge.IsIdle)) * Cores, at, lease, isIdle: true, isLost: false);
        Add("", run, ModelPrices.Cpu, (elapsed - Work(lease) - idle - Time(lease, static charge => charge.IsLost)) * Cores, at, lease, isIdle: false, isLost: true);
        _leases[lease] = (run, true, isClosed, elapsed, idle);
    }

    public const long Cores = 2;

    public long Work(string lease) => Time(lease, static charge => !charge.IsIdle && !charge.IsLost);

    public void Start(AttemptKey key) => _attempts.TryAdd(key, null);

    public void End(AttemptKey key, AttemptOutcome outcome) => _attempts[key] ??= outcome;

    public long Attempts(AttemptOutcome? outcome) => _attempts.Values.Count(each => each == outcome);

    public bool Rerate(int book)
    {
        Book = book;
        var changes = new List<(ModelCharge, (int, int)?)>();
        foreach (var charge in _charges.Where(charge => charge.At >= OpenFrom))
        {
            var price = ModelPrices.Find(book, charge.Resource, charge.At);
            if (price is not null && price != charge.Price)
            {
                changes.Add((charge, charge.Price));
                charge.Price = price;
            }
        }

        if (changes.Count != 0)
        {
            _reratings.Push((OpenFrom, changes));
        }

        return changes.Count != 0;
    }

    public bool CanUndo => _reratings.TryPeek(out var last) && last.From >= OpenFrom;

    public void Undo()
    {
        foreach (var (charge, before) in _reratings.Pop().Changes)
        {
            charge.Price = before;
        }
    }

    /// <summary>What a run cost: what is on settled leases by the whole lease, each price rounded once, and the rest charge by charge.</summary>
    public BigInteger Total(string? run)
    {
        BigInteger sum = 0;
        foreach (var group in _charges.Where(charge => charge.Price is not null && (run is null || charge.Run == run)).GroupBy(static charge => charge.Lease))
        {
            sum += group.Key is { } lease && _leases[lease].IsSettled
                ? group.GroupBy(static charge => charge.Price!.Value).Aggregate(BigInteger.Zero, static (all, part) => all + ModelPrices.Price(ModelPrices.Cpu, Sum(part), part.Key))
                : group.Aggregate(BigInteger.Zero, static (all, charge) => all + ModelPrices.Price(charge.Resource, charge.Quantity, charge.Price!.Value));
        }

        return sum;
    }

    public BigInteger Unpriced => Sum(_charges.Where(static charge => charge.Price is null));

    private static BigInteger Sum(IEnumerable<ModelCharge> charges) => charges.Aggregate(BigInteger.Zero, static (sum, charge) => sum + charge.Quantity);

    private long Time(string lease, Func<ModelCharge, bool> isWanted) => _charges.Where(charge => charge.Lease == lease && isWanted(charge)).Sum(static charge => charge.Quantity) / Cores;

    private void Add(string id, string run, string resource, long quantity, DateTimeOffset at, string? lease, bool isIdle, bool isLost)
    {
        if (id.Length != 0 || quantity != 0)
        {
            _charges.Add(new ModelCharge
            {
                Id = id,
                Run = run,
                Resource = resource,
                Quantity = quantity,
                At = at,
                Lease = lease,
                IsIdle = isIdle,
                IsLost = isLost,
                Price = ModelPrices.Find(Book, resource, at),
            });
        }
    }
}
