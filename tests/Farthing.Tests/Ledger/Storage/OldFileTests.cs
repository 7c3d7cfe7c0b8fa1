using System.Runtime.CompilerServices;
using Farthing.Ledger.Chain;
using Farthing.Ledger.Money;
using Farthing.Ledger.Posting;
using Farthing.Ledger.Prices;
using Farthing.Ledger.Reports;
using Farthing.Ledger.Storage;
using Farthing.Tests.Rendering;
using Microsoft.Data.Sqlite;

namespace Farthing.Tests.Ledger.Storage;

/// <summary>ledger-0001.db was written by the first version: a campaign of two rows, one of which failed.</summary>
public sealed class OldFileTests : IDisposable
{
    private static readonly string[] Moved = ["CREATE TABLE runs", "CREATE TABLE renders", "TABLE attempt_kinds", "INDEX attempt_kinds_by", "TABLE attempt_rows"];

    private readonly ScratchFolder _folder = new();
    private readonly string _path;

    public OldFileTests()
    {
        _path = _folder.File("farthing.db");
        File.Copy(Path.Combine(Here(), "ledger-0001.db"), _path);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_ledger_from_before_precisions_opens_and_says_what_it_said()
    {
        using var file = SqliteFile.Open(_path);
        using var journal = Journal.Open(file, PriceBook.Default());

        var reports = new CostReports(file);
        var report = reports.Build(new ReportQuery { RunId = "run-c86f19bbdd11" });
        Assert.Equal(47_333_466, report.Total.Units);
        Assert.Equal((1L, 1L), (report.Attempts.Delivered, report.Attempts.Failed));
        Assert.Equal(41_159_536, reports.Build(new ReportQuery { Currency = Currency.Eur }).Total.Units);
        Assert.Empty(report.Savings);
        Assert.True(file.Read(t => journal.Leases.Reconcile(t, "lease-20261125-103352-882516-8075")).IsBalanced);
        Assert.Equal([""], reports.Build(new ReportQuery(), ReportGrouping.Precision).Groups.Select(group => group.Key));
    }

    [Fact]
    public void New_rows_go_into_an_old_file()
    {
        using var file = SqliteFile.Open(_path);
        using var journal = Journal.Open(file, PriceBook.Default());
        var form = new RenderForm("m", "int8", 128, 128, 2, 2);
        file.Write(transaction =>
        {
            journal.Attempts.Start(transaction, new AttemptKey("run-2", "render-1", 1), null, TagSet.None, LedgerFixture.Noon, form);
            journal.Memos.Record(transaction, [LedgerFixture.Saved("m", 5) with { RunId = "run-2" }]);
            journal.Post(transaction, [LedgerFixture.Put("p", run: "run-2") with { Precision = "int8" }]);
        });

        var groups = new CostReports(file).Build(new ReportQuery { RunId = "run-2" }, ReportGrouping.Precision).Groups;
        Assert.Equal("int8", Assert.Single(groups).Key);
        Assert.Single(groups[0].Report.Savings);
        Assert.Null(file.Read(transaction => DenoisingUse.Find(transaction, form with { Precision = "fp32" }, "cpu")));
    }

    [Fact]
    public void What_is_in_an_old_file_is_chained_as_it_stands()
    {
        using (var file = SqliteFile.Open(_path))
        {
            var check = LedgerVerifier.Verify(file);
            Assert.True(check.IsWhole, string.Join('\n', check.Problems));
            Assert.Equal(1, check.Head.Link);
            Assert.Equal(1, check.Leases);
            using var journal = Journal.Open(file, PriceBook.Default());
            file.Write(transaction => journal.Post(transaction, [LedgerFixture.Put("p", run: "run-2")]));
            Assert.True(LedgerVerifier.Verify(file, check.Head).IsWhole);
        }

        using (var connection = new SqliteConnection($"Data Source={_path};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "DROP TRIGGER charge_rows_refuse_update; UPDATE charge_rows SET quantity = quantity + 1 WHERE seq = 3";
            command.ExecuteNonQuery();
        }

        using var changed = SqliteFile.Open(_path);
        Assert.Equal(1, LedgerVerifier.Verify(changed).Problems[0].Link);
    }

    [Fact]
    public void Attempts_are_moved_by_the_index_of_their_lease_and_not_by_all_kinds_of_their_form()
    {
        using var script = new StreamReader(typeof(SqliteFile).Assembly.GetManifestResourceStream(
            typeof(SqliteFile).Assembly.GetManifestResourceNames().Single(static name => name.EndsWith("0040_compact_attempts.sql", StringComparison.Ordinal)))!);
        string[] statements = script.ReadToEnd().Split(";\n");
        using var connection = new SqliteConnection("Data Source=:memory:");
        connection.Open();
        Run("CREATE TABLE leases (id TEXT PRIMARY KEY)");
        Run("CREATE TABLE attempts_before (run_id TEXT, render_id TEXT, attempt INTEGER, lease_id TEXT, tags TEXT, started_at INTEGER, precision TEXT, model TEXT, width INTEGER, height INTEGER, steps INTEGER, passes INTEGER, forced INTEGER, link INTEGER, chk INTEGER)");
        foreach (var table in statements.Where(static each => Moved.Any(part => each.Contains(part, StringComparison.Ordinal))))
        {
            Run(table);
        }

        var ofLeases = Assert.Single(statements, static each => each.Contains("INSERT INTO attempt_rows", StringComparison.Ordinal) && each.Contains("a.lease_id IS NOT NULL", StringComparison.Ordinal));
        Assert.Contains("attempt_kinds_by_lease", Run("EXPLAIN QUERY PLAN " + ofLeases[ofLeases.IndexOf("INSERT", StringComparison.Ordinal)..]), StringComparison.Ordinal);

        string Run(string sql)
        {
            using var command = connection.CreateCommand();
            command.CommandText = sql;
            using var row = command.ExecuteReader();
            var said = "";
            while (row.Read())
            {
                said += row.GetString(3) + "\n";
            }

            return said;
        }
    }

    private static string Here([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
