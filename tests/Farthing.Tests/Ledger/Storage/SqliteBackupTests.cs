using Farthing.Ledger.Chain;
using Farthing.Ledger.Storage;
using static Farthing.Tests.Ledger.LedgerFixture;

namespace Farthing.Tests.Ledger.Storage;

public sealed class SqliteBackupTests : IDisposable
{
    private readonly LedgerFixture _ledger = new();

    public void Dispose() => _ledger.Dispose();

    [Fact]
    public async Task A_backup_is_one_state_of_a_ledger_that_is_written_meanwhile()
    {
        _ledger.Post(Enumerable.Range(0, 500).Select(i => Put($"before-{i}")));
        using var stop = new CancellationTokenSource();
        var posted = 0;
        var writer = Task.Run(
            () =>
            {
                while (!stop.IsCancellationRequested)
                {
                    _ledger.Post(Put($"while-{posted++}"));
                }
            },
            TestContext.Current.CancellationToken);
        var copies = Enumerable.Range(0, 5).Select(i => (Path: $"{_ledger.FilePath}.copy-{i}", Check: SqliteBackup.Copy(_ledger.FilePath, $"{_ledger.FilePath}.copy-{i}"))).ToList();
        await stop.CancelAsync();
        await writer;

        Assert.All(copies, copy => Assert.True(copy.Check.IsWhole, string.Join('\n', copy.Check.Problems)));
        Assert.All(copies, copy => Assert.InRange(copy.Check.Transfers, 500, 500 + posted));
        Assert.True(LedgerVerifier.Verify(_ledger.File, copies[^1].Check.Head).IsWhole);
        Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(_ledger.FilePath)!, "*.part*"));
    }

    [Fact]
    public void A_backup_never_replaces_a_file()
    {
        var copy = _ledger.FilePath + ".copy";
        File.WriteAllText(copy, "mine");
        Assert.Throws<LedgerException>(() => SqliteBackup.Copy(_ledger.FilePath, copy));
        Assert.Equal("mine", File.ReadAllText(copy));
    }

    [Fact]
    public void A_restored_backup_has_what_it_had_and_the_ledger_from_before_is_kept()
    {
        _ledger.Post(Put("a"));
        var copy = _ledger.FilePath + ".copy";
        var head = SqliteBackup.Copy(_ledger.FilePath, copy).Head;
        _ledger.Post(Put("b"));
        Assert.Equal(LedgerFault.Locked, Assert.Throws<LedgerException>(() => SqliteBackup.Restore(copy, _ledger.FilePath)).Fault);
        _ledger.File.Dispose();

        var (check, before) = SqliteBackup.Restore(copy, _ledger.FilePath);
        Assert.Equal(head, check.Head);
        _ledger.Reopen();
        Assert.Equal(head, LedgerVerifier.Verify(_ledger.File).Head);
        Assert.Equal(1, _ledger.Post(Put("b")).Posted);
        using var old = SqliteFile.Open(before!);
        Assert.Equal(2, LedgerVerifier.Verify(old).Transfers);
    }

    [Fact]
    public void A_damaged_ledger_is_set_aside_with_the_rows_of_its_log()
    {
        _ledger.Post(Put("a"));
        var copy = _ledger.FilePath + ".copy";
        var head = SqliteBackup.Copy(_ledger.FilePath, copy).Head;
        _ledger.Post(Put("b"));

        // What a crash leaves: rows that are in the log alone, beside a file whose first page is damaged.
        var crashed = _ledger.FilePath + ".crashed";
        File.Copy(_ledger.FilePath, crashed);
        File.Copy(_ledger.FilePath + "-wal", crashed + "-wal");
        var header = new byte[16];
        using (var file = File.Open(crashed, FileMode.Open))
        {
            file.ReadExactly(header);
            file.Position = 0;
            file.Write(new byte[16]);
        }

        var (check, before) = SqliteBackup.Restore(copy, crashed);
        Assert.Equal(head, check.Head);
        using (var file = File.Open(before!, FileMode.Open))
        {
            file.Write(header);
        }

        using var mended = SqliteFile.Open(before!);
        Assert.Equal(2, LedgerVerifier.Verify(mended).Transfers);
    }

    [Fact]
    public void A_ledger_that_can_not_be_looked_at_stays_where_it_is()
    {
        _ledger.Post(Put("a"));
        var copy = _ledger.FilePath + ".copy";
        SqliteBackup.Copy(_ledger.FilePath, copy);
        _ledger.File.Dispose();

        // A folder in the place of the log: SQLite can't open it, which says nothing about the ledger.
        Directory.CreateDirectory(_ledger.FilePath + "-wal");
        Assert.Equal(LedgerFault.Unavailable, Assert.Throws<LedgerException>(() => SqliteBackup.Restore(copy, _ledger.FilePath)).Fault);
        Directory.Delete(_ledger.FilePath + "-wal");
        Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(_ledger.FilePath)!, "*.before-restore-*"));
        _ledger.Reopen();
        Assert.Equal(1, LedgerVerifier.Verify(_ledger.File).Transfers);
    }

    [Fact]
    public void A_restore_that_was_cut_off_is_told_and_begins_no_empty_ledger()
    {
        _ledger.Post(Put("a"));
        var copy = _ledger.FilePath + ".copy";
        var head = SqliteBackup.Copy(_ledger.FilePath, copy).Head;
        _ledger.File.Dispose();
        File.Move(_ledger.FilePath, _ledger.FilePath + ".before-restore-1");
        File.Copy(copy, _ledger.FilePath + ".part");

        var error = Assert.Throws<LedgerException>(() => SqliteFile.Open(_ledger.FilePath));
        Assert.Contains("was cut off", error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_ledger.FilePath));
        Assert.Equal(head, SqliteBackup.Restore(copy, _ledger.FilePath).Check.Head);
        _ledger.Reopen();
        Assert.Equal(head, LedgerVerifier.Verify(_ledger.File).Head);
    }

    [Fact]
    public void A_file_without_a_ledger_is_no_backup_and_an_empty_ledger_is_one()
    {
        _ledger.Post(Put("a"));
        _ledger.File.Dispose();
        var empty = _ledger.FilePath + ".empty";
        File.WriteAllBytes(empty, []);
        var error = Assert.Throws<LedgerException>(() => SqliteBackup.Restore(empty, _ledger.FilePath));
        Assert.Equal(LedgerFault.NotALedger, error.Fault);
        Assert.Contains("holds no ledger: it is empty", error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(_ledger.FilePath)!, "*.before-restore-*"));

        // SQLite's own file, without a table of ours.
        using (var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={empty};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA user_version = 1";
            command.ExecuteNonQuery();
        }

        Assert.Contains("tables were never made", Assert.Throws<LedgerException>(() => SqliteBackup.Restore(empty, _ledger.FilePath)).Message, StringComparison.Ordinal);
        SqliteFile.Open(_ledger.FilePath + ".fresh").Dispose();
        Assert.True(SqliteBackup.Copy(_ledger.FilePath + ".fresh", _ledger.FilePath + ".fresh-copy").IsWhole);
        Assert.True(SqliteBackup.Restore(_ledger.FilePath + ".fresh-copy", _ledger.FilePath).Check.IsWhole);
    }

    [Fact]
    public void A_damaged_backup_is_told_as_one_by_its_own_name()
    {
        _ledger.Post(Enumerable.Range(0, 2_000).Select(static i => Put($"p{i}")));
        var copy = _ledger.FilePath + ".copy";
        SqliteBackup.Copy(_ledger.FilePath, copy);
        _ledger.File.Dispose();
        var bytes = File.ReadAllBytes(copy);
        foreach (var (name, damage) in ((string, Action<byte[]>)[])[("pages", static all => all.AsSpan(all.Length / 2, all.Length / 4).Fill(0xAB)), ("head", static all => all.AsSpan(0, 16).Clear())])
        {
            var damaged = $"{_ledger.FilePath}.{name}";
            byte[] changed = [.. bytes];
            damage(changed);
            File.WriteAllBytes(damaged, changed);
            var (check, before) = SqliteBackup.Restore(damaged, _ledger.FilePath);
            Assert.Null(before);
            Assert.StartsWith($"{damaged} is damaged, or no SQLite file: ", Assert.Single(check.Problems).ToString(), StringComparison.Ordinal);
        }

        _ledger.Reopen();
        Assert.True(LedgerVerifier.Verify(_ledger.File).IsWhole);
    }

    [Fact]
    public void A_backup_of_a_newer_version_is_refused_by_its_own_name()
    {
        var copy = _ledger.FilePath + ".copy";
        SqliteBackup.Copy(_ledger.FilePath, copy);
        using (var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={copy};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "INSERT INTO schema_farthing_ledger (ScriptName, Applied) VALUES ('9999_later.sql', '2030-01-01')";
            command.ExecuteNonQuery();
        }

        _ledger.File.Dispose();
        var error = Assert.Throws<LedgerException>(() => SqliteBackup.Restore(copy, _ledger.FilePath));
        Assert.Equal(LedgerFault.NewerVersion, error.Fault);
        Assert.StartsWith($"{copy} was written by a newer Farthing", error.Message, StringComparison.Ordinal);
        _ledger.Reopen();
    }

    [Fact]
    public void A_broken_backup_is_not_restored()
    {
        _ledger.Post(Put("a"));
        var copy = _ledger.FilePath + ".copy";
        SqliteBackup.Copy(_ledger.FilePath, copy);
        using (var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={copy};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "DROP TRIGGER charge_rows_refuse_update; UPDATE charge_rows SET quantity = 9";
            command.ExecuteNonQuery();
        }

        _ledger.File.Dispose();
        var (check, before) = SqliteBackup.Restore(copy, _ledger.FilePath);
        Assert.False(check.IsWhole);
        Assert.Null(before);
        _ledger.Reopen();
        Assert.True(LedgerVerifier.Verify(_ledger.File).IsWhole);
    }
}
