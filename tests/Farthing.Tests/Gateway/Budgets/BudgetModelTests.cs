using CsCheck;
using Farthing.Gateway.Booking;
using Farthing.Gateway.Budgets;
using Farthing.Gateway.Configuration;
using Farthing.Ledger.Money;
using Farthing.Ledger.Prices;
using Farthing.Ledger.Storage;
using Farthing.Tests.Rendering;
using Microsoft.Extensions.Time.Testing;

namespace Farthing.Tests.Gateway.Budgets;

/// <summary>The reservation book against a model: several processes, one budget, any order of reservations, ends, postings, returns and deaths.</summary>
public sealed class BudgetModelTests
{
    private const long Limit = 1_000;
    private const int Processes = 3;

    private static readonly Gen<Step> Steps = Gen.Select(Gen.Enum<Kind>(), Gen.Int[0, Processes - 1], Gen.Long[0, 400], Gen.Double[0, 1]).Select(static (kind, process, amount, part) => new Step(kind, process, amount, part));

    internal enum Kind
    {
        Reserve,
        End,
        Post,
        ReturnIdle,
        Die,
    }

    [Fact]
    public async Task Whatever_the_order_no_more_than_the_limit_is_ever_settled_and_nothing_is_lost()
    {
        using var folder = new ScratchFolder();
        using var file = SqliteFile.Open(folder.File("farthing.db"));
        using var poster = AttemptPoster.Open(file, PriceBook.Default());
        int book = 0;
        await Steps.Array[1, 60].SampleAsync(
            async steps =>
            {
                var model = new Model(file, $"b{Interlocked.Increment(ref book)}");
                foreach (Step step in steps)
                {
                    await model.ApplyAsync(step);
                    model.Check();
                }

                await model.CheckNothingIsLostAsync();
            },
            iter: 120,
            threads: 1);
    }

    internal sealed record Step(Kind Kind, int Process, long Amount, double Part);

    /// <summary>What must be true, in plain numbers, beside the real thing.</summary>
    private sealed class Model
    {
        private readonly LedgerStore _file;
        private readonly BudgetOptions _options;
        private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 25, 12, 0, 0, TimeSpan.Zero));
        private readonly BudgetAccount[] _accounts;
        private readonly string[] _sessions;
        private readonly List<long>[] _reserved = [.. Enumerable.Range(0, Processes).Select(static _ => new List<long>())];
        private readonly List<long>[] _unposted = [.. Enumerable.Range(0, Processes).Select(static _ => new List<long>())];
        private readonly BudgetTerm _term;
        private long _settled;
        private int _deaths;

        public Model(LedgerStore file, string name)
        {
            _file = file;
            _options = new BudgetOptions(name, new BudgetScope(BudgetScopeKind.All, ""), new Amount(Limit), BudgetPeriod.Day);
            _term = BudgetTerm.At(_options, _time.GetUtcNow());
            _sessions = [.. Enumerable.Range(0, Processes).Select(process => $"{name}-{process}")];
            _accounts = [.. _sessions.Select(Account)];
        }

        public async Task ApplyAsync(Step step)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            List<long> reserved = _reserved[step.Process], unposted = _unposted[step.Process];
            BudgetAccount account = _accounts[step.Process];
            switch (step.Kind)
            {
                case Kind.Reserve:
                    long others = _accounts.Where((_, i) => i != step.Process).Sum(static other => other.Look().Free);
                    long left = Limit - _settled - _reserved.Sum(static each => each.Sum());
                    TakeOutcome outcome = await account.TakeAsync(step.Amount, CancellationToken.None);

                    // Only what other processes keep in their slices may be missing.
                    Assert.True(outcome == TakeOutcome.Taken || step.Amount > left - others, $"{step.Amount} of {left} was refused, others keep {others}");
                    Assert.True(outcome == TakeOutcome.Exhausted || step.Amount <= left, $"{step.Amount} of {left} was given");
                    if (outcome == TakeOutcome.Taken)
                    {
                        reserved.Add(step.Amount);
                    }

                    break;
                case Kind.End when reserved.Count > 0:
                    long held = reserved[^1];
                    long spent = (long)(held * step.Part);
                    reserved.RemoveAt(reserved.Count - 1);
                    account.Settle(held, spent);
                    unposted.Add(spent);
                    _settled += spent;
                    break;
                case Kind.Post when unposted.Count > 0:
                    Post(step.Process, unposted.Count);
                    break;
                case Kind.ReturnIdle:
                    account.ReturnIdle(TimeSpan.Zero);
                    break;
                case Kind.Die:
                    // What it had under way is lost; what it wrote down is posted by the next one, which then lets the rest go.
                    reserved.Clear();
                    Post(step.Process, unposted.Count);
                    _file.Write(transaction => BudgetRows.Release(transaction, _sessions[step.Process]));
                    _sessions[step.Process] = $"{_options.Name}-{step.Process}-{++_deaths}";
                    _accounts[step.Process] = Account(_sessions[step.Process]);
                    break;
                default:
                    break;
            }
        }

        public void Check()
        {
            BudgetState state = _file.Read(transaction => BudgetRows.Read(transaction, _term.Key));
            Assert.True(state.Spent + state.Held <= Limit, $"spent {state.Spent}, held {state.Held}");
            Assert.True(_settled <= Limit);
            Assert.Equal(_settled - _unposted.Sum(static each => each.Sum()), state.Spent);
        }

        public async Task CheckNothingIsLostAsync()
        {
            for (int process = 0; process < Processes; process++)
            {
                _reserved[process].ForEach(held => _accounts[process].Settle(held, 0));
                Post(process, _unposted[process].Count);
                _accounts[process].ReturnIdle(TimeSpan.Zero);
            }

            _time.Advance(TimeSpan.FromSeconds(1));
            Assert.Equal(TakeOutcome.Taken, await _accounts[0].TakeAsync(Limit - _settled, CancellationToken.None));
            Assert.Equal(TakeOutcome.Exhausted, await _accounts[1].TakeAsync(1, CancellationToken.None));
        }

        private BudgetAccount Account(string session) => new(_term, _options, new BudgetBank(_file, session), _time);

        private void Post(int process, int count)
        {
            _file.Write(transaction =>
            {
                var spending = new BudgetSpending();
                foreach (long cost in _unposted[process].Take(count))
                {
                    spending.Add(_term.Key, cost, isUnpriced: false);
                }

                spending.Settle(transaction, _sessions[process]);
            });
            _unposted[process].RemoveRange(0, count);
        }
    }
}
