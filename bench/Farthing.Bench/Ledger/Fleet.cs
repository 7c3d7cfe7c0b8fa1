using System.Globalization;
using Farthing.Ledger.Money;
using Farthing.Ledger.Posting;
using Farthing.Ledger.Prices;

namespace Farthing.Bench.Ledger;

/// <summary>
/// The usage of a fleet over November 2026, all of it in one month: a run a day, eight leased GPUs a run, batches of eight renders, seven
/// charges a render with the ids that the renderer gives. The same place in it is always the same charge.
/// </summary>
internal sealed class Fleet(int charges)
{
    public const int ChargesOfRender = 7;
    public const int Days = 30;
    private const int Workers = 8;
    private const int BatchSize = 8;

    public const string Prices =
        """
        prices:
          - { id: gpu-1, resource: gpu/h100, meter: device-time, unit: gpu-hour, usd: "3.99", from: 2026-01-01 }
          - { id: puts-1, resource: storage/s3, meter: puts, unit: thousand-operations, usd: "0.005", from: 2026-01-01 }
          - { id: in-1, resource: llm/openai/gpt-4o-mini, meter: input-tokens, unit: million-tokens, usd: "0.15", from: 2026-01-01 }
          - { id: out-1, resource: llm/openai/gpt-4o-mini, meter: output-tokens, unit: million-tokens, usd: "0.60", from: 2026-01-01 }
        fx:
          - { id: eur-1, currency: EUR, day: 2026-10-30, usd_per_unit: "1.0832" }
          - { id: eur-2, currency: EUR, day: 2026-12-01, usd_per_unit: "1.0832" }
        """;

    private static readonly DateTimeOffset Start = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TagSet[] Tags = [TagSet.None, TagSet.Parse("social"), TagSet.Parse("spring"), TagSet.Parse("social,spring")];
    private static readonly (Stage Stage, int Microseconds)[] DeviceStages =
        [(Stage.TextEncode, 80_000), (Stage.Denoise, 1_420_000), (Stage.Vae, 180_000), (Stage.FinishAndStore, 160_000)];

    private static readonly (Stage Stage, string Resource, string Meter, int Quantity)[] Counted =
    [
        (Stage.Caption, "llm/openai/gpt-4o-mini", Meters.InputTokens, 1_200),
        (Stage.Caption, "llm/openai/gpt-4o-mini", Meters.OutputTokens, 820),
        (Stage.FinishAndStore, "storage/s3", Meters.Puts, 1),
    ];

    private readonly int _rendersOfDay = Math.Max(1, charges / ChargesOfRender / Days);

    public static DateOnly FirstDay { get; } = new(2026, 11, 1);

    public static DateOnly LastDay { get; } = new(2026, 11, 30);

    public int Renders => charges / ChargesOfRender;

    public static IEnumerable<Lease> Leases =>
        from day in Enumerable.Range(0, Days)
        from worker in Enumerable.Range(0, Workers)
        select LeaseOf(day, worker);

    /// <summary>Some renders' charges, in the order in which a fleet posts them.</summary>
    public IEnumerable<UsageFact> Facts(int from, int count) => Enumerable.Range(from, count).SelectMany(FactsOf);

    public (AttemptKey Key, TagSet Tags, string Lease, DateTimeOffset At, AttemptOutcome Outcome) AttemptOf(int render)
    {
        var (day, worker, at) = PlaceOf(render);
        var outcome = (render % 50) switch { 7 => AttemptOutcome.Failed, 31 => AttemptOutcome.Lost, _ => AttemptOutcome.Delivered };
        return (new AttemptKey(RunOf(day), RenderOf(render), 1), Tags[render % Tags.Length], LeaseOf(day, worker).Id, at, outcome);
    }

    private IEnumerable<UsageFact> FactsOf(int render)
    {
        var (day, worker, at) = PlaceOf(render);
        var lease = LeaseOf(day, worker);
        var (run, id, batch) = (lease.RunId, RenderOf(render), string.Create(CultureInfo.InvariantCulture, $"b-{render / BatchSize:D7}"));
        foreach (var (stage, mean) in DeviceStages)
        {
            yield return UsageFact.OnDevice($"{run}/{id}/1/{stage.Code()}/{batch}", at, lease, stage, new DeviceTime(mean + ((render * 7919L) % 10_007))) with
            {
                RenderId = id,
                Attempt = 1,
                BatchId = batch,
                SplitMethod = BatchSplit.Method,
                Weight = 25L * 128 * 128 * 2,
                Tags = Tags[render % Tags.Length],
                Precision = "int8",
            };
        }

        foreach (var (stage, resource, meter, quantity) in Counted)
        {
            yield return new UsageFact
            {
                Id = $"{run}/{id}/1/{stage.Code()}/{meter}",
                At = at,
                RunId = run,
                RenderId = id,
                Attempt = 1,
                Stage = stage,
                Resource = resource,
                Meter = meter,
                Quantity = quantity == 1 ? 1 : quantity + (render % 97),
                Tags = Tags[render % Tags.Length],
                Precision = "int8",
            };
        }
    }

    private (int Day, int Worker, DateTimeOffset At) PlaceOf(int render)
    {
        var day = Math.Min(render / _rendersOfDay, Days - 1);
        var part = (render - (day * _rendersOfDay)) % _rendersOfDay;
        return (day, render / BatchSize % Workers, Start.AddDays(day).AddTicks(TimeSpan.TicksPerDay / _rendersOfDay * part));
    }

    private static Lease LeaseOf(int day, int worker) =>
        new(string.Create(CultureInfo.InvariantCulture, $"lease-2026-11-{day + 1:D2}-{worker}"), RunOf(day), $"gpu-{worker}", "gpu/h100", 1, Start.AddDays(day));

    private static string RunOf(int day) => string.Create(CultureInfo.InvariantCulture, $"run-2026-11-{day + 1:D2}");

    private static string RenderOf(int render) => string.Create(CultureInfo.InvariantCulture, $"render-{render:D8}");
}
