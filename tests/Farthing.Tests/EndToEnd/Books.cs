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
        using var journal = Journal.Open(file, PriceBook.Default());
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
