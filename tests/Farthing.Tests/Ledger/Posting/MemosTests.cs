using CsCheck;
using Farthing.Ledger.Money;
using Farthing.Ledger.Posting;
using Farthing.Ledger.Prices;
using Farthing.Ledger.Reports;
using Farthing.Ledger.Storage;
using static Farthing.Tests.Ledger.LedgerFixture;

namespace Farthing.Tests.Ledger.Posting;

public abstract class MemosTests(StoreKind kind) : IDisposable
{
    private readonly LedgerFixture _ledger = new(kind: kind);

    public void Dispose() => _ledger.Dispose();

    [Fact]
    public void A_memo_is_priced_at_the_price_in_force_and_keeps_its_version()
    {
        _ledger.Record(Saved("spring", 3_600_000_000), Saved("summer", 3_600_000_000, Noon.AddMonths(6)));

        Assert.Equal([("spring", 48_000_000_000L, "cpu-1"), ("summer", 53_300_000_000L, "cpu-2")], Rows());
    }

    [Fact]
    public void Without_a_price_a_memo_has_no_amount_and_never_zero()
    {
        _ledger.Record(Saved("a", 7) with { Resource = "gpu/x" });

        Assert.Equal([("a", null, null)], Rows());
        var row = Assert.Single(_ledger.Reports.Build(new ReportQuery()).Savings);
        Assert.Equal((1L, 1L, (Int128)7), (row.Memos, row.Unpriced, row.Quantity));
    }

    [Fact]
    public void A_repeat_is_harmless_and_another_content_is_refused()
    {
        _ledger.Record(Saved("a", 7));
        _ledger.Record(Saved("a", 7));

        Assert.Single(Rows());
        var error = Assert.Throws<LedgerException>(() => _ledger.Record(Saved("b", 1), Saved("a", 8)));
        Assert.Equal(LedgerFault.Conflict, error.Fault);
        Assert.Single(Rows());
    }

    [Theory]
    [InlineData(-1, "cpu", "why", Stage.Denoise)]
    [InlineData(1, "", "why", Stage.Denoise)]
    [InlineData(1, "cpu", "", Stage.Denoise)]
    [InlineData(1, "cpu", "why", Stage.Idle)]
    public void What_proves_nothing_is_no_memo(long quantity, string resource, string evidence, Stage stage)
    {
        var memo = Saved("a", quantity) with { Resource = resource, Evidence = evidence, Stage = stage };
        Assert.Equal(LedgerFault.Invalid, Assert.Throws<LedgerException>(() => _ledger.Record(memo)).Fault);
    }

    [Fact]
    public void An_amount_beyond_64_bits_is_refused() =>
        Assert.Equal(LedgerFault.Overflow, Assert.Throws<LedgerException>(() => _ledger.Record(Saved("a", long.MaxValue))).Fault);

    [Fact]
    public void A_day_with_memos_alone_is_converted_by_its_own_rate()
    {
        _ledger.Record(Saved("a", 3_600_000_000));

        var row = Assert.Single(_ledger.Reports.Build(new ReportQuery { Currency = Currency.Eur }).Savings);
        Assert.Equal(new CurrencyAmount(44_313_146_233, Currency.Eur), row.Avoided);
    }

    [Fact]
    public void What_has_no_price_is_unpriced_in_every_report_and_never_0()
    {
        _ledger.Record(Saved("a", 5) with { Resource = "none", Evidence = "nobody knows" });

        var report = _ledger.Reports.Build(new ReportQuery());
        var row = Assert.Single(report.Savings);
        Assert.Equal((null, 1), (row.Avoided, row.Unpriced));
        Assert.EndsWith($",\"none\",{Meters.DeviceTime},1,5,,1,USD,\"nobody knows\"\r\n", ReportCsv.Write(report), StringComparison.Ordinal);
        Assert.Contains("\"avoided\":null", ReportJson.Write(report), StringComparison.Ordinal);
    }

    [Fact]
    public void No_memo_ever_changes_an_amount_of_the_costs()
    {
        var memo = Gen.Select(Gen.Long[0, 10_000_000], Gen.Int[0, 2], Gen.Int[0, 1], Gen.Int[0, 3]);
        memo.Array[0, 20].Sample(rows =>
        {
            using var ledger = new LedgerFixture(kind: kind);
            ledger.Open(Cpu);
            ledger.Attempt("render-1", AttemptOutcome.Delivered, tags: "x", form: new RenderForm("m", "int8", 8, 8, 1, 1));
            ledger.Post(Work("w", Stage.Denoise, 40_000, tags: "x") with { Precision = "int8" }, Work("v", Stage.Vae, 999), Put("p"));
            ledger.Close(Cpu, 50_000, 9_001);
            var before = ReportSamples.Queries.Select(query => ReportCsv.Write(ledger.Reports.Build(query))).ToList();

            ledger.Record(rows.Select((row, i) => Saved($"m{i}", row.Item1, Noon.AddDays(row.Item2)) with
            {
                Kind = (SavingsKind)row.Item3,
                Stage = (Stage)row.Item4,
            }));

            foreach (var (query, costs) in ReportSamples.Queries.Zip(before))
            {
                var report = ledger.Reports.Build(query);
                Assert.StartsWith(costs, ReportCsv.Write(report), StringComparison.Ordinal);
                Assert.Equal(rows.Length, report.Savings.Sum(row => row.Memos));
                Assert.Equal(rows.Aggregate(Int128.Zero, (sum, row) => sum + row.Item1), report.Savings.Aggregate(Int128.Zero, (sum, row) => sum + row.Quantity));
                foreach (var grouping in Enum.GetValues<ReportGrouping>())
                {
                    var groups = ledger.Reports.Build(query, grouping).Groups.SelectMany(group => group.Report.Savings);
                    Assert.Equal(
                        report.Savings.Aggregate(Int128.Zero, (sum, row) => sum + (row.Avoided?.Units ?? 0)),
                        groups.Aggregate(Int128.Zero, (sum, row) => sum + (row.Avoided?.Units ?? 0)));
                }
            }

            Assert.True(ledger.Reconcile(Cpu).IsBalanced);
        });
    }

    private List<(string Id, long? Amount, string? Price)> Rows() => _ledger.File.Read(transaction =>
    {
        using var command = transaction.CreateCommand();
        command.CommandText = "SELECT m.id, m.amount, p.id FROM memos AS m LEFT JOIN price_versions AS p ON p.seq = m.price_version ORDER BY m.seq";
        using var row = command.ExecuteReader();
        var rows = new List<(string, long?, string?)>();
        while (row.Read())
        {
            rows.Add((row.GetString(0), row.IsDBNull(1) ? null : row.GetInt64(1), row.IsDBNull(2) ? null : row.GetString(2)));
        }

        return rows;
    });
}

public sealed class MemosOnSqliteTests() : MemosTests(StoreKind.Sqlite);

public sealed class MemosOnPostgresTests() : MemosTests(StoreKind.Postgres);
