using Farthing.Ledger.Chain;
using Farthing.Ledger.Money;
using Farthing.Ledger.Periods;
using Farthing.Ledger.Posting;
using Farthing.Ledger.Prices;
using Farthing.Ledger.Prices.Rerating;
using Farthing.Ledger.Reports;
using Farthing.Ledger.Storage;
using Microsoft.Extensions.Time.Testing;

namespace Farthing.Tests.Ledger.Simulation;

/// <summary>
/// A fleet that posts through everything that goes wrong: workers take leases and die, deliveries come twice, late and out of order, a
/// process crashes before its commit, or after it before anybody heard of it, prices change and are re-rated and undone, periods are closed.
/// One seed is one history, on either store. The model in plain code says what must come of it.
/// </summary>
internal sealed class FleetSimulation : IDisposable
{
    private readonly Random _random;
    private readonly string _address;
    private readonly FakeTimeProvider _time = new(LedgerFixture.Noon.AddDays(90));
    private readonly LedgerModel _model = new();
    private readonly List<UsageFact[]> _waiting = [];
    private readonly List<UsageFact> _sent = [];
    private readonly List<Lease> _leases = [];
    private readonly List<AttemptKey> _attempts = [];
    private FaultyStore _store;
    private Journal _journal;
    private int _made;
    private long? _rerating;

    public FleetSimulation(string address, int seed)
    {
        _address = address;
        // A seeded sequence is what makes a history come again.
        _random = new Random(seed);
        _store = new FaultyStore(LedgerStore.Open(address));
        _journal = Journal.Open(_store, PriceBook.Parse(ModelPrices.Yaml(0)));
    }

    public int Crashes { get; private set; }

    public int Conflicts { get; private set; }

    public void Run(int operations)
    {
        for (var i = 0; i < operations; i++)
        {
            Step();
        }

        while (_waiting.Count != 0)
        {
            Deliver();
        }
    }

    /// <summary>Holds the ledger against the model, and against itself.</summary>
    public void Check()
    {
        var check = LedgerVerifier.Verify(_store);
        Assert.True(check.IsWhole, string.Join('\n', check.Problems));
        var reports = new CostReports(_store);
        var report = reports.Build(new ReportQuery());
        Assert.Equal(_model.Total(null).ToString(), report.Total.Units.ToString());
        Assert.Equal(_model.Unpriced.ToString(), report.Unpriced.Aggregate(Int128.Zero, static (sum, usage) => sum + usage.Quantity).ToString());
        Assert.All(reports.Build(new ReportQuery(), ReportGrouping.Run).Groups, group => Assert.Equal(_model.Total(group.Key).ToString(), group.Report.Total.Units.ToString()));
        Assert.Equal(
            (_model.Attempts(AttemptOutcome.Delivered), _model.Attempts(AttemptOutcome.Failed), _model.Attempts(AttemptOutcome.Lost), _model.Attempts(null)),
            (report.Attempts.Delivered, report.Attempts.Failed, report.Attempts.Lost, report.Attempts.Open));
        var again = _store.Write(transaction => _journal.Post(transaction, _sent.DistinctBy(static fact => fact.Id)));
        Assert.Equal((_model.Facts, 0, 0), (again.Exists + again.Conflicts.Count, again.Posted, again.Unpriced));
    }

    public void Dispose()
    {
        _journal.Dispose();
        _store.Dispose();
    }

    private void Step()
    {
        switch (_random.Next(100))
        {
            case < 8:
                OpenLease();
                break;
            case < 45:
                Make();
                break;
            case < 80:
                Deliver();
                break;
            case < 88:
                Attempt();
                break;
            case < 93:
                EndLease();
                break;
            case < 95:
                Rerate();
                break;
            case < 96:
                Undo();
                break;
            case < 97:
                ClosePeriod();
                break;
            default:
                Restart();
                break;
        }
    }

    private void OpenLease()
    {
        var number = _leases.Count;
        var lease = new Lease($"lease-{number}", $"run-{number % 3}", $"host-{number % 4}", ModelPrices.Cpu, (int)LedgerModel.Cores, LedgerFixture.Noon);
        Write(transaction => _journal.Leases.Open(transaction, lease), _ => _model.Open(lease.Id, lease.RunId));
        if (_model.IsOpen(lease.Id))
        {
            _leases.Add(lease);
        }
    }

    /// <summary>A worker makes a delivery of a few facts, which waits for its turn.</summary>
    private void Make()
    {
        var facts = new List<UsageFact>();
        for (var i = _random.Next(1, 5); i > 0; i--)
        {
            var number = _made++;
            var at = LedgerFixture.Noon.AddHours(_random.Next(24 * 6)).AddMicroseconds(_random.Next(1_000_000));
            if (_leases.Count == 0 || _random.Next(3) == 0)
            {
                facts.Add(LedgerFixture.Put($"put-{number}", at, $"run-{_random.Next(3)}") with { Quantity = _random.Next(1, 1_000), Resource = _random.Next(4) == 0 ? ModelPrices.Unknown : ModelPrices.Puts });
                continue;
            }

            var lease = _leases[_random.Next(_leases.Count)];
            var stage = (Stage)_random.Next(5);
            var render = $"r{_random.Next(20)}";
            facts.Add(UsageFact.OnDevice($"{lease.RunId}/{render}/1/{stage.Code()}/b{number}", at, lease, stage, new DeviceTime(_random.Next(1, 5_000_000))) with { RenderId = render, Attempt = 1, BatchId = $"b{number}" });
        }

        _waiting.Add([.. facts]);
    }

    /// <summary>Any delivery may come next, may come twice, and may come with another content under an id of before.</summary>
    private void Deliver()
    {
        if (_waiting.Count == 0)
        {
            return;
        }

        var place = _random.Next(_waiting.Count);
        var facts = _waiting[place].ToList();
        if (_sent.Count != 0 && _random.Next(6) == 0)
        {
            var forged = _sent[_random.Next(_sent.Count)];
            if (forged.LeaseId is null)
            {
                facts.Add(forged with { Quantity = forged.Quantity + 1 });
            }
        }

        // A closed lease or period takes nothing new; a client gives such facts up when it is told so.
        facts.RemoveAll(fact => !_model.Has(fact.Id) && ((fact.LeaseId is { } lease && _model.IsClosed(lease)) || fact.At < _model.OpenFrom));
        var isHeard = Write(
            transaction => _journal.Post(transaction, facts),
            summary =>
            {
                var added = facts.Where(fact => !_model.Has(fact.Id)).ToList();
                facts.ForEach(_model.Post);
                _model.Resettle(added);
                _sent.AddRange(added);
                Conflicts += summary?.Conflicts.Count ?? 0;
            });
        if (isHeard && _random.Next(5) != 0)
        {
            _waiting.RemoveAt(place);
        }
    }

    private void Attempt()
    {
        if (_attempts.Count == 0 || _random.Next(2) == 0)
        {
            var key = new AttemptKey($"run-{_random.Next(3)}", $"r{_random.Next(20)}", 1 + _random.Next(2));
            _attempts.Add(key);
            Write(transaction => _journal.Attempts.Start(transaction, key, null, TagSet.None, LedgerFixture.Noon), _ => _model.Start(key));
            return;
        }

        var ended = _attempts[_random.Next(_attempts.Count)];
        var outcome = (AttemptOutcome)_random.Next(3);
        var day = _random.Next(5);
        Write(
            transaction =>
            {
                _journal.Attempts.Start(transaction, ended, null, TagSet.None, LedgerFixture.Noon);
                return _journal.Attempts.End(transaction, ended, outcome, "", LedgerFixture.Noon.AddDays(day));
            },
            _ =>
            {
                _model.Start(ended);
                _model.End(ended, outcome);
            });
    }

    /// <summary>A worker gives its lease back, or is found dead with what its last heartbeat said.</summary>
    private void EndLease()
    {
        if (_leases.Count == 0)
        {
            return;
        }

        var lease = _leases[_random.Next(_leases.Count)];
        if (_model.IsClosed(lease.Id))
        {
            return;
        }

        var (elapsed, idle) = (_model.Work(lease.Id) + _random.Next(2_000_000), 0L);
        idle = _random.Next((int)(elapsed - _model.Work(lease.Id)) + 1);
        if (_random.Next(2) == 0)
        {
            Write(transaction => _journal.Leases.Close(transaction, lease.Id, new DeviceTime(elapsed), new DeviceTime(idle), LedgerFixture.Noon), _ => _model.Settle(lease.Id, elapsed, idle, isClosed: true));
        }
        else if (!_model.IsSettled(lease.Id))
        {
            Write(
                transaction =>
                {
                    _journal.Leases.Heartbeat(transaction, lease.Id, new DeviceTime(elapsed), new DeviceTime(idle), LedgerFixture.Noon);
                    return _journal.Leases.Reap(transaction, lease.Id);
                },
                _ => _model.Settle(lease.Id, elapsed, idle, isClosed: false));
        }
    }

    private void Rerate()
    {
        var book = _model.Book + 1;
        if (book > 4)
        {
            return;
        }

        var rerater = new Rerater(_store, PriceBook.Parse(ModelPrices.Yaml(book)), _time);
        var from = _model.OpenFrom;
        var hasChanged = false;
        Write(_ => rerater.Run(from, LedgerFixture.Noon.AddDays(40), "", apply: true), _ => hasChanged = _model.Rerate(book), isWhole: true);
        if (_model.Book == book)
        {
            _rerating = hasChanged ? _store.Read(static transaction => transaction.Scalar<long>("SELECT max(seq) FROM reratings")) : _rerating;
            Restart();
        }
    }

    private void Undo()
    {
        if (_rerating is not { } number || !_model.CanUndo)
        {
            return;
        }

        var rerater = new Rerater(_store, PriceBook.Parse(ModelPrices.Yaml(_model.Book)), _time);
        Write(
            _ => rerater.Undo(number, "", apply: true),
            _ =>
            {
                _model.Undo();
                _rerating = null;
            },
            isWhole: true);
    }

    private void ClosePeriod()
    {
        // Rarely, or little could happen any more.
        if (_random.Next(4) != 0)
        {
            return;
        }

        var day = DateOnly.FromDateTime(LedgerFixture.Noon.UtcDateTime).AddDays(_random.Next(2));
        Write(
            _ =>
            {
                new PeriodClosing(_store, _time).CloseThrough(day, "");
                return true;
            },
            _ => _model.OpenFrom = Max(_model.OpenFrom, new DateTimeOffset(day.AddDays(1).ToDateTime(TimeOnly.MinValue), TimeSpan.Zero)),
            isWhole: true);
    }

    private static DateTimeOffset Max(DateTimeOffset left, DateTimeOffset right) => left > right ? left : right;

    /// <summary>Writes, with whatever goes wrong; the model follows what was kept, not what was heard.</summary>
    /// <param name="work">What is done in the transaction, or, where it opens its own, around it.</param>
    /// <param name="keep">What the model does when it was kept; with the default where nobody heard of it.</param>
    /// <param name="isWhole">Whether the work opens its own transaction.</param>
    /// <returns>Whether the answer was heard.</returns>
    private bool Write<T>(Func<LedgerTransaction, T> work, Action<T?> keep, bool isWhole = false)
    {
        var fault = _random.Next(12) switch { 0 => Fault.BeforeCommit, 1 => Fault.AfterCommit, _ => Fault.None };
        _store.Next = fault;
        try
        {
            keep(isWhole ? work(null!) : _store.Write(work));
            return true;
        }
        catch (SimulatedCrash)
        {
            Crashes++;
            if (fault == Fault.AfterCommit)
            {
                keep(default);
            }

            Restart();
            return false;
        }
    }

    /// <summary>All that was in memory is gone.</summary>
    private void Restart()
    {
        Dispose();
        _store = new FaultyStore(LedgerStore.Open(_address));
        _journal = Journal.Open(_store, PriceBook.Parse(ModelPrices.Yaml(_model.Book)));
    }
}
