using Farthing.Ledger.Posting;

namespace Farthing.Ledger.Prices;

/// <summary>Holds new prices against those in the store, and gathers what is to be recorded and what stands in the way.</summary>
internal sealed class PricePlan
{
    private readonly ILookup<(string Resource, string Meter), PricePeriod> _periods;
    private readonly Dictionary<string, PriceVersion> _stored;
    private readonly PriceRecordingOptions _options;

    public PricePlan(PriceBook known, Dictionary<string, PriceVersion> stored, PriceRecordingOptions options)
    {
        _periods = known.Periods.ToLookup(static period => (period.Price.Resource, period.Price.Meter));
        (_stored, _options) = (stored, options);
    }

    public List<PriceVersion> New { get; } = [];

    public List<string> Conflicts { get; } = [];

    public int Unchanged { get; private set; }

    public int Ended { get; private set; }

    public int Corrected { get; private set; }

    public bool IsStored(string id) => _stored.ContainsKey(id);

    /// <summary>Steps: 1. is it in force already, 2. has its id another meaning, 3. does it overlap, 4. it is new.</summary>
    public void Add(PriceVersion price)
    {
        var period = new PricePeriod(price.From, price.To, price);
        var overlapping = _periods[(price.Resource, price.Meter)].Where(period.Overlaps).ToList();
        if (IsInForce(period, overlapping))
        {
            Unchanged++;
            return;
        }

        if (_stored.TryGetValue(price.Id, out var stored) && !PriceRecords.IsSame(stored, price))
        {
            if (!_options.HasMadeIds || !_options.Corrects)
            {
                Conflicts.Add($"'{price.Id}' is recorded as {stored.Describe()} from {PricePeriod.Instant(stored.From)}, not {price.Describe()} from "
                    + $"{PricePeriod.Instant(price.From)}. {(_options.HasMadeIds ? "Correct it with --correct." : "An id is permanent: give the new price another one.")}");
                return;
            }

            price = price with { Id = FreeId(price) };
        }

        foreach (var other in overlapping.Where(other => other.Price.Id != price.Id))
        {
            // A new price without an end follows an open one; a passing one would leave open what holds after it.
            if (other.From < price.From && other.To is null && price.To is null)
            {
                Ended++;
            }
            else if (_options.Corrects)
            {
                Corrected++;
            }
            else
            {
                Conflicts.Add($"'{price.Id}' ({period}) overlaps '{other.Price.Id}' ({other}) of {price.Resource} {price.Meter}. "
                    + "Write periods that do not overlap, or correct the recorded one with --correct.");
                return;
            }
        }

        New.Add(price);
    }

    private bool IsInForce(PricePeriod period, List<PricePeriod> overlapping) => _options.HasMadeIds
        ? overlapping.Count > 0
            && overlapping.TrueForAll(other => other.Price.CostsLike(period.Price))
            && !overlapping.Aggregate((IEnumerable<PricePeriod>)[period], static (left, other) => left.SelectMany(part => part.Without(other))).Any()
        : overlapping is [var only] && (only.Price.Id, only.From, only.To) == (period.Price.Id, period.From, period.To)
            && PriceRecords.IsSame(only.Price, period.Price);

    /// <summary>The first of <c>id~2</c>, <c>id~3</c>, … that is free or stands for just this price.</summary>
    private string FreeId(PriceVersion price)
    {
        for (var number = 2; ; number++)
        {
            var id = $"{price.Id}~{number}";
            if (!_stored.TryGetValue(id, out var stored) || PriceRecords.IsSame(stored, price))
            {
                return id;
            }
        }
    }
}
