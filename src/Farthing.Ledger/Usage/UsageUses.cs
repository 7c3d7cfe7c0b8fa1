using System.Globalization;
using Farthing.Ledger.Chain;
using Farthing.Ledger.Money;
using Farthing.Ledger.Posting;
using Farthing.Ledger.Prices;
using Farthing.Ledger.Storage;

namespace Farthing.Ledger.Usage;

/// <summary>Turns events of use into facts, and looks at each fact as the journal will, so that what is posted together can't fail.</summary>
internal sealed class UsageUses(LedgerTransaction transaction, Journal journal, PriceBook book, UsageRules rules, DateTimeOffset now)
{
    /// <summary>What the ids of events' charges begin with, and no others.</summary>
    public const string Prefix = "usage-event/";

    private readonly Dictionary<string, Lease?> _leases = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string?> _units = new(StringComparer.Ordinal);
    private readonly HashSet<string> _recorded = new(StringComparer.Ordinal);
    private readonly LeaseBounds _bounds = new(now + rules.MaxSkew, rules.MaxSkew);
    private LeaseGuard? _guard;

    /// <summary>The id of what an event counts.</summary>
    public static string IdOf(long number, string part) => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{number}/{part}");

    /// <summary>Adds the event's facts to those to be posted, or says why not.</summary>
    public UsageResult Accept(UsageEvent one, long number, List<UsageFact> posted)
    {
        List<UsageFact> facts = [];
        Int128 cost = 0;
        var unpriced = 0;
        foreach (var fact in Facts(one).Select(fact => fact with { Id = IdOf(number, fact.Id) }))
        {
            try
            {
                Guard().Check(fact);
                if (book.Find(fact.Resource, fact.Meter, fact.At) is { } price)
                {
                    cost += ChargePoster.PriceOf(fact, price).Units;
                }
                else
                {
                    unpriced++;
                }
            }
            catch (LedgerException error) when (error.Fault is LedgerFault.Invalid or LedgerFault.Unknown or LedgerFault.Overflow)
            {
                return UsageRefusal.Of(error, fact.Id, one.Id);
            }

            facts.Add(fact);
        }

        if (one.Body is MeteredUse metered && WrongUnit(metered) is { } wrong)
        {
            return wrong;
        }

        posted.AddRange(facts);
        return new UsageResult(UsageStatus.Accepted) { Cost = unpriced == facts.Count ? null : new CurrencyAmount(cost, Currency.Usd), Unpriced = unpriced };
    }

    private IEnumerable<UsageFact> Facts(UsageEvent one) => one.Body switch
    {
        MeteredUse use => use.Facts,
        DeviceUse use => [Fact(one, use, LeaseOf(use.LeaseId, one))],
        BatchUse use => Shares(one, use, LeaseOf(use.LeaseId, one)),
        _ => [],
    };

    private static UsageFact Fact(UsageEvent one, DeviceUse use, Lease lease)
    {
        var fact = UsageFact.OnDevice("device-time", one.At, lease, use.Stage, use.Time);
        return fact with
        {
            RunId = use.RunId ?? lease.RunId,
            RenderId = use.RenderId,
            Attempt = use.Attempt,
            BatchId = use.BatchId,
            Tags = use.Tags,
            Precision = use.Precision,
        };
    }

    private static IEnumerable<UsageFact> Shares(UsageEvent one, BatchUse use, Lease lease) => BatchSplit
        .Facts(lease, use.BatchId, use.Stage, one.At, use.Time, use.Members)
        .Select((fact, i) => fact with { Id = (i + 1).ToString(CultureInfo.InvariantCulture), RunId = use.RunId ?? lease.RunId });

    /// <summary>A lease's own start bounds the clock of who used it.</summary>
    /// <exception cref="LedgerException">There is no such lease, or the event is of before it.</exception>
    public Lease LeaseOf(string id, UsageEvent one)
    {
        if (!_leases.TryGetValue(id, out var lease))
        {
            _leases[id] = lease = LeaseRows.Find(transaction, id);
        }

        _ = lease ?? throw new LedgerException(LedgerFault.Unknown, $"There is no lease '{id}'. Open it before anything is posted on it.");
        return _bounds.TooEarly(lease, one.At) is { } fault ? throw new LedgerException(LedgerFault.Invalid, fault) : lease;
    }

    /// <summary>Refuses time that can't have passed on its lease.</summary>
    /// <exception cref="LedgerException">There is no such lease, or the event is of before it.</exception>
    public UsageResult? TooLong(UsageEvent one)
    {
        DeviceTime? time = one.Body switch
        {
            DeviceUse use => use.Time,
            BatchUse use => use.Time,
            LeaseBeat beat => beat.Elapsed,
            LeaseClosed closed => closed.Elapsed,
            _ => null,
        };
        return time is { } said && _bounds.TooLong(LeaseOf(one.Body.Lease!, one), said) is { } fault
            ? new UsageResult(UsageStatus.Refused, "too_large", fault)
            : null;
    }

    /// <summary>The unit of a meter of the user's own is fixed by its price or its first event.</summary>
    private UsageResult? WrongUnit(MeteredUse use)
    {
        foreach (var (meter, unit) in use.Units)
        {
            if (UnitOf(meter) is { } known && known != unit)
            {
                return new UsageResult(UsageStatus.Refused, "wrong_unit", $"The meter '{meter}' is counted in {known}, not in {unit}. Count in {known}, or use another meter.");
            }
        }

        foreach (var (meter, unit) in use.Units.Where(pair => !_recorded.Contains(pair.Meter)))
        {
            transaction.Insert(LedgerTables.MeterUnits, meter, unit);
            _units[meter] = unit;
            _recorded.Add(meter);
        }

        return null;
    }

    private string? UnitOf(string meter)
    {
        if (!_units.TryGetValue(meter, out var known))
        {
            known = transaction.Scalar<string>("SELECT unit FROM meter_units WHERE meter = @meter", new { meter });
            if (known is not null)
            {
                _recorded.Add(meter);
            }

            _units[meter] = known ??= Priced(meter);
        }

        return known;
    }

    private string? Priced(string meter) => book.Prices
        .Where(price => price.Meter == meter)
        .Select(price => PriceUnit.For(meter, price.Unit)!.Base)
        .FirstOrDefault();

    private LeaseGuard Guard()
    {
        if (_guard is null)
        {
            journal.Poster.Enter(transaction);
            _guard = new LeaseGuard(transaction, journal.Poster);
        }

        return _guard;
    }
}
