using Farthing.Gateway;
using Farthing.Gateway.Booking;
using Farthing.Gateway.Wire;
using Farthing.Ledger.Prices;
using Farthing.Ledger.Storage;
using Farthing.Serving.Live;
using Farthing.Tests.Gateway.Serving;
using Farthing.Tests.Rendering;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Farthing.Tests.Gateway.Booking;

/// <summary>Another process records prices while the gateway serves.</summary>
public sealed class RecordedPricesTests : IDisposable
{
    private const string Model = "llm/openai/brand-new";

    private readonly ScratchFolder _folder = new();
    private readonly SqliteFile _file;
    private readonly PriceStore _store;

    public RecordedPricesTests()
    {
        _file = SqliteFile.Open(_folder.File("farthing.db"));
        _store = new PriceStore(_file, TimeProvider.System);
    }

    public void Dispose()
    {
        _file.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void What_is_posted_from_then_on_goes_by_them()
    {
        using AttemptPoster poster = AttemptPoster.Open(_file, new RecordedPrices(_file, () => _store.Layered(null)));
        Assert.True(poster.Post([Ended("r1")], "p").Unpriced > 0);

        Record("new-in", "input-tokens");
        Record("new-out", "output-tokens");

        Assert.Equal(0, poster.Post([Ended("r2")], "p").Unpriced);
    }

    [Fact]
    public void Prices_that_can_not_be_posted_by_are_not_passed_over()
    {
        bool isBroken = false;
        using AttemptPoster poster = AttemptPoster.Open(_file, new RecordedPrices(_file, () => isBroken ? PriceBook.Parse(Book("cpu-2026", "input-tokens")) : _store.Layered(null)));
        isBroken = true;
        Record("new-in", "input-tokens");

        Assert.Throws<LedgerException>(() => poster.Post([Ended("r1")], "p"));
        Assert.Throws<LedgerException>(() => poster.Post([Ended("r1")], "p"));
        isBroken = false;
        Record("new-out", "output-tokens");
        Assert.Equal(0, poster.Post([Ended("r1")], "p").Unpriced);
    }

    [Fact]
    public async Task The_configuration_in_force_is_renewed_with_them()
    {
        await using GatewayRig rig = await GatewayRig.StartAsync();
        var time = new FakeTimeProvider();
        var prices = new RecordedPrices(_file, () => _store.Layered(null));
        var watch = new PriceWatch(prices, time, rig.Logs.CreateLogger<PriceWatch>());
        using var reloader = new ConfigurationReloader(
            _folder.File("none.yaml"), rig.Live, static _ => throw new InvalidOperationException(), (next, before) => new LlmGateway(next, rig.Means with { Book = prices.Book }, before), time, rig.Logs.CreateLogger<ConfigurationReloader>());
        using var stop = new CancellationTokenSource();
        Task watching = watch.RunAsync(() => reloader.RenewAsync("prices were recorded"), stop.Token);
        var attempt = Ended("r1");
        Assert.Null(rig.Live.Current.Gateway.Charges.Cost(attempt));

        Record("new-in", "input-tokens");
        Record("new-out", "output-tokens");
        while (rig.Live.Current.Gateway.Charges.Cost(attempt) is null)
        {
            Assert.False(watching.IsCompleted);
            time.Advance(TimeSpan.FromSeconds(2));
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }

        Assert.True(rig.Live.Current.Version > 1);
        await stop.CancelAsync();
        await watching;

        // It is told after the swap, which the loop above may see before.
        Assert.Contains("is in force: prices were recorded", rig.Log, StringComparison.Ordinal);
    }

    private static AttemptRecord Ended(string request) => AttemptJournalTests.Ended(request) with { Resource = Model, Tokens = new TokenCounts(10, 0, 0, 0, 5, 0) };

    private static string Book(string id, string meter) =>
        $"prices: [{{id: {id}, resource: {Model}, meter: {meter}, unit: million-tokens, usd: \"1\", from: 2020-01-01}}]";

    private void Record(string id, string meter) => _store.Record(PriceBook.Parse(Book(id, meter)), new PriceRecordingOptions { Source = "test" });
}
