using Farthing.Ledger.Money;
using Farthing.Ledger.Posting;

namespace Farthing.Ledger.Prices.Rerating;

/// <summary>Adds up what a re-rating changes.</summary>
internal sealed class RerateTally
{
    private readonly SortedDictionary<Stage, (long Charges, long Priced, Int128 Before, Int128 After)> _stages = [];

    public long Unchanged { get; set; }

    public long StillUnpriced { get; set; }

    public long WithoutPrice { get; set; }

    public List<string> TooLarge { get; } = [];

    public bool IsEmpty => _stages.Count == 0;

    public void Add(Stage stage, Amount? before, Amount? after)
    {
        var (charges, priced, old, now) = _stages.GetValueOrDefault(stage);
        _stages[stage] = (charges + 1, priced + (before is null ? 1 : 0), old + (before?.Units ?? 0), now + (after?.Units ?? 0));
    }

    public void AddRounding(Int128 units)
    {
        if (units != 0)
        {
            var (charges, priced, old, now) = _stages.GetValueOrDefault(Stage.Rounding);
            _stages[Stage.Rounding] = (charges, priced, old, now + units);
        }
    }

    public RerateSummary Build(long? number) => new(
        number,
        [.. _stages.Select(static pair => new RerateStage(
            pair.Key, pair.Value.Charges, pair.Value.Priced, new CurrencyAmount(pair.Value.Before, Currency.Usd), new CurrencyAmount(pair.Value.After, Currency.Usd)))],
        Unchanged,
        StillUnpriced,
        WithoutPrice)
    {
        TooLarge = TooLarge,
    };
}
