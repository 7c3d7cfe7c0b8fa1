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
