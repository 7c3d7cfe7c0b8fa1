using Farthing.Ledger.Money;
using Farthing.Ledger.Posting;
using Farthing.Ledger.Prices;
using Farthing.Ledger.Reports;
using Farthing.Ledger.Storage;

namespace Farthing.Tests.EndToEnd;

/// <summary>What a finished run left in its ledger, checked on opening: leases reconcile, and rows add up to the total.</summary>
internal sealed record Books(AttemptCounts Counts, IReadOnlyDictionary<string, int> DeliveredAttempt, int Leases)
{
    public static Books Open(string dataFolder)
    {
        using var file = SqliteFile.Open(Path.Combine(dataFolder, "farthing.db"));
        var prices = new PriceStore(file, TimeProvider.System);

        // Rates come after what they convert: a day's euros are final when its rate, or a later one, is there.
        string rates =
            $$"""
            prices: []
            fx:
              - { id: test-eur, currency: EUR, day: 2020-01-01, usd_per_unit: "1.0832" }
              - { id: test-eur-end, currency: EUR, day: {{TimeProvider.System.GetUtcNow().AddDays(1):yyyy-MM-dd}}, usd_per_unit: "1.0832" }
            """;
        prices.Record(PriceBook.Parse(rates), new PriceRecordingOptions { Source = "test" });
        using var journal = Journal.Open(file, prices.Layered(null));
        string[] leases = file.Read(t => t.Query<string>("SELECT id FROM leases").ToArray());
        Assert.Empty(file.Read(journal.Leases.FindOpen));
        foreach (string lease in leases)
        {
            var balance = file.Read(t => journal.Leases.Reconcile(t, lease));
            Assert.True(balance.IsBalanced, balance.ToString());
        }

        foreach (var basis in Enum.GetValues<CostBasis>())
        {
            foreach (var currency in Enum.GetValues<Currency>())
            {
                var report = new CostReports(file).Build(new ReportQuery { Basis = basis, Currency = currency });
                Assert.Equal(report.Total.Units, report.Rows.Aggregate(Int128.Zero, (sum, row) => sum + row.Amount.Units));
                Assert.Empty(report.Unpriced);
            }
        }

        var counts = new CostReports(file).Build(new ReportQuery()).Attempts;
        var delivered = file.Read(t => t.Query<(string Render, long Attempt)>(
            "SELECT render_id, attempt FROM attempt_outcomes WHERE outcome = 'delivered'").ToList());
        return new Books(counts, delivered.GroupBy(d => d.Render).ToDictionary(d => d.Key, d => (int)d.Max(each => each.Attempt)), leases.Length);
    }
}
