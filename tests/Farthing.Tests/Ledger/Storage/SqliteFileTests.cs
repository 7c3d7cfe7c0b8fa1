using Farthing.Ledger.Alarms;
using Farthing.Ledger.Posting;
using Farthing.Ledger.Prices;
using Farthing.Ledger.Reports;
using Farthing.Ledger.Storage;
using Farthing.Tests.Ledger.Alarms;
using Microsoft.Data.Sqlite;
using static Farthing.Tests.Ledger.LedgerFixture;

namespace Farthing.Tests.Ledger.Storage;

public sealed class SqliteFileTests : IDisposable
{
    private readonly LedgerFixture _ledger = new();

    public void Dispose() => _ledger.Dispose();

    [Fact]
    public void A_migration_that_SQLite_itself_rolled_back_says_why()
    {
        using var connection = new SqliteConnection("Data Source=:memory:");
        connection.Open();

        var error = Assert.Throws<SqliteException>(() => Migrations.Run(connection, typeof(object).Assembly, "memory", () =>
        {
            // As it does where a disk is full.
            using var command = connection.CreateCommand();
            command.CommandText = "ROLLBACK";
            command.ExecuteNonQuery();
            throw new SqliteException("full", 13);
        }));

        Assert.Equal(13, error.SqliteErrorCode);
    }

    [Fact]
    public void Rows_are_never_changed_removed_or_replaced()
    {
        _ledger.Open(Cpu);
        _ledger.Beat(Cpu, 10, 1);
        _ledger.Attempt("r1", AttemptOutcome.Delivered);
        _ledger.Post(Put("a"), Work("w", Stage.Vae, 10));
        _ledger.Record(Saved("m", 5));
        _ledger.Close(Cpu, 11, 1);
        new AlarmBook(_ledger.File, TimeProvider.System).Apply([new TestRule("rule").With(TestRule.Finding(true)).Judged()], new AlarmTelling { IsTold = true });
        var outbox = new Outbox(_ledger.File, "test", TimeProvider.System);
        outbox.Finish(outbox.Claim(TimeSpan.FromSeconds(40), 1)!, new OutboxResult(500, "HTTP 500"));
        var tables = _ledger.File.Read(transaction => Column(
            transaction, "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'schema_%' AND name NOT LIKE 'sqlite_%'"));
        // PriceStoreTests looks after the tables that a posting leaves empty.
        tables = [.. tables.Except(["price_recordings", "price_assertions", "price_terms", "rate_recordings", "reratings", "corrections", "period_closings", "usage_events", "meter_units"])];
        // Rollups are no entries: they are made of them.
        tables = [.. tables.Except(["charge_rollups", "attempt_rollups", "render_rollups", "rollup_state"])];
        Assert.Equal(23, tables.Count);
        foreach (var table in tables)
        {
            var column = _ledger.File.Read(transaction => Column(transaction, $"SELECT name FROM pragma_table_info('{table}') ORDER BY pk DESC"))[0];
            Refuses($"UPDATE {table} SET {column} = {column}");
            Refuses($"DELETE FROM {table}");
            Refuses($"INSERT OR REPLACE INTO {table} SELECT * FROM {table}");
        }

        Refuses("UPDATE charges SET quantity = 2");
        Refuses("DELETE FROM charges");
        Refuses("INSERT INTO charges SELECT * FROM charges");
        Refuses("UPDATE attempts SET tags = 'x'");
        Refuses("DELETE FROM attempts");
        Refuses("INSERT INTO attempts SELECT * FROM attempts");
        Refuses("UPDATE attempt_outcomes SET outcome = 'failed'");
        Refuses("DELETE FROM attempt_outcomes");
        Refuses("INSERT INTO attempt_outcomes SELECT * FROM attempt_outcomes");
    }

    [Fact]
    public void What_was_not_committed_when_the_process_died_is_gone_and_the_rest_is_there()
    {
        _ledger.Post(Put("a"));
        var copy = _ledger.FilePath + ".after-the-kill";
        _ledger.File.Write(transaction =>
        {
            _ledger.Journal.Post(transaction, [Put("b")]);
            // The files as they stand in the middle of a transaction are what a killed process leaves behind.
            File.Copy(_ledger.FilePath, copy);
            File.Copy(_ledger.FilePath + "-wal", copy + "-wal");
        });
        using var file = SqliteFile.Open(copy);
        using var journal = Journal.Open(file, PriceBook.Parse(PriceYaml));
        Assert.Equal(5_000_000, new CostReports(file).Build(new ReportQuery()).Total.Units);
        var summary = file.Write(transaction => journal.Post(transaction, [Put("a"), Put("b")]));
        Assert.Equal((1, 1), (summary.Exists, summary.Posted));
    }

    [Fact]
    public void Settings_are_the_durable_ones()
    {
        Assert.Equal("wal", _ledger.File.Read(transaction => Column(transaction, "PRAGMA journal_mode"))[0]);
        foreach (var (pragma, value) in new[] { ("synchronous", "2"), ("foreign_keys", "1"), ("recursive_triggers", "1") })
        {
            Assert.Equal(value, _ledger.File.Write(transaction => Column(transaction, $"PRAGMA {pragma}"))[0]);
        }
    }

    [Fact]
    public void A_file_that_another_process_holds_is_reported_as_locked()
    {
        using var other = SqliteFile.Open(_ledger.FilePath, busySeconds: 1);
        _ledger.File.Write(_ =>
        {
            var error = Assert.Throws<LedgerException>(() => other.Write(static _ => { }));
            Assert.Equal(LedgerFault.Locked, error.Fault);
            Assert.Contains(_ledger.FilePath, error.Message, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void A_file_that_is_no_ledger_is_left_alone()
    {
        var path = _ledger.FilePath + ".other";
        File.WriteAllText(path, new string('x', 5000));
        Assert.Equal(LedgerFault.Corrupt, Assert.Throws<LedgerException>(() => SqliteFile.Open(path)).Fault);
        Assert.Equal(5000, new FileInfo(path).Length);

        var foreign = _ledger.FilePath + ".foreign";
        using (var connection = new SqliteConnection($"Data Source={foreign};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "CREATE TABLE recipes (name TEXT)";
            command.ExecuteNonQuery();
        }

        Assert.Equal(LedgerFault.NotALedger, Assert.Throws<LedgerException>(() => SqliteFile.Open(foreign)).Fault);
        Assert.Equal(LedgerFault.Unavailable, Assert.Throws<LedgerException>(() => SqliteFile.Open("/no/such/folder/x.db")).Fault);
    }

    [Fact]
    public void A_file_of_a_newer_version_is_refused()
    {
        _ledger.File.Write(transaction => Column(
            transaction, "INSERT INTO schema_farthing_ledger (ScriptName, Applied) VALUES ('9999_later.sql', '2030-01-01') RETURNING ScriptName"));
        var error = Assert.Throws<LedgerException>(() => SqliteFile.Open(_ledger.FilePath));
        Assert.Equal(LedgerFault.NewerVersion, error.Fault);
    }

    [Fact]
    public void A_file_that_a_newer_version_has_changed_is_written_no_more_and_any_other_change_is_let_pass()
    {
        _ledger.Tamper("CREATE TABLE mine (x TEXT)");
        _ledger.Post(Put("a"));
        _ledger.Tamper("CREATE TABLE later (x TEXT); INSERT INTO schema_farthing_ledger (ScriptName, Applied) VALUES ('9999_later.sql', '2030-01-01')");
        Assert.Equal(LedgerFault.NewerVersion, Assert.Throws<LedgerException>(() => _ledger.Post(Put("b"))).Fault);
        Assert.Equal(1, _ledger.File.Read(static transaction => transaction.Scalar<long>("SELECT count(*) FROM charges")));
    }

    [Fact]
    public void A_damaged_file_is_reported_as_such()
    {
        _ledger.Post(Enumerable.Range(0, 2_000).Select(i => Put($"p{i}")));
        _ledger.Reopen();
        var path = _ledger.FilePath + ".damaged";
        File.Copy(_ledger.FilePath, path);
        using (var stream = File.OpenWrite(path))
        {
            stream.Position = 4096;
            stream.Write(new byte[(int)stream.Length - 4096]);
        }

        Assert.Equal(LedgerFault.Corrupt, Assert.Throws<LedgerException>(() => SqliteFile.Open(path)).Fault);
    }

    [Fact]
    public void Opening_at_once_from_many_threads_makes_one_schema()
    {
        var path = _ledger.FilePath + ".race";
        Parallel.For(0, 8, _ => SqliteFile.Open(path).Dispose());
        using var file = SqliteFile.Open(path);
        var scripts = file.Read(transaction => Column(transaction, "SELECT ScriptName FROM schema_farthing_ledger"));
        Assert.NotEmpty(scripts);
        Assert.Equal(scripts.Distinct(), scripts);
    }

    private void Refuses(string sql)
    {
        var error = Assert.Throws<LedgerException>(() => _ledger.File.Write(transaction => Column(transaction, sql)));
        Assert.True(error.Fault == LedgerFault.AppendOnly, $"{sql}: {error.Message}");
    }

    private static List<string> Column(LedgerTransaction transaction, string sql)
    {
        using var command = transaction.CreateCommand();
        command.CommandText = sql;
        using var row = command.ExecuteReader();
        var values = new List<string>();
        while (row.Read())
        {
            values.Add(row.GetString(0));
        }

        return values;
    }
}
