using Farthing.Ledger.Chain;
using Farthing.Ledger.Periods;
using Farthing.Ledger.Posting;
using Farthing.Ledger.Prices;
using Farthing.Ledger.Reports;
using Farthing.Ledger.Storage;
using Microsoft.Extensions.Time.Testing;
using Npgsql;
using static Farthing.Tests.Ledger.LedgerFixture;

namespace Farthing.Tests.Ledger.Storage;

/// <summary>What only PostgreSQL has: roles, partitions, writers in other processes.</summary>
public sealed class PostgresStoreTests : IDisposable
{
    private readonly PostgresSchema _schema = new();

    public void Dispose() => _schema.Dispose();

    [Fact]
    public void Who_posts_may_not_change_and_who_reads_may_not_post()
    {
        string writer = User("farthing_writer");
        string reader = User("farthing_reader");
        Assert.Equal(LedgerFault.Unavailable, Assert.Throws<LedgerException>(() => LedgerStore.Open(_schema.AddressOf(writer))).Fault);

        using var owner = LedgerStore.Open(_schema.Address);
        Grant(writer, "farthing_writer");
        Grant(reader, "farthing_reader");
        using var posting = LedgerStore.Open(_schema.AddressOf(writer));
        using (var journal = Journal.Open(posting, PriceBook.Parse(PriceYaml)))
        {
            Assert.Equal(2, posting.Write(transaction => journal.Post(transaction, [Put("a"), Put("b", Noon.AddMonths(3))])).Posted);
        }

        // A rate is recorded when its day has come.
        var recorded = new PriceStore(posting, new FakeTimeProvider(new DateTimeOffset(2028, 1, 1, 0, 0, 0, TimeSpan.Zero))).Record(PriceBook.Parse(PriceYaml), new PriceRecordingOptions { Source = "test" });
        Assert.Equal((4, 3), (recorded.Added, recorded.Rates));
        new PeriodClosing(posting, TimeProvider.System).CloseThrough(new DateOnly(2026, 1, 31), "test");

        foreach (string sql in new[] { "UPDATE charges SET quantity = 2", "DELETE FROM transfers", "TRUNCATE memos", "DELETE FROM charges_2026_03", "DROP TABLE links", "UPDATE price_assertions SET valid_to = NULL", "DELETE FROM period_closings" })
        {
            Assert.Equal(LedgerFault.ReadOnly, Refused(posting, sql));
        }

        foreach (string sql in new[] { "UPDATE charges SET quantity = 2", "DELETE FROM transfers", "TRUNCATE memos", "DELETE FROM charges_2026_03", "TRUNCATE charges_2026_06", "UPDATE links SET contents = ''", "UPDATE price_assertions SET valid_to = NULL", "TRUNCATE period_closings" })
        {
            Assert.Equal(LedgerFault.AppendOnly, Refused(owner, sql));
        }

        using var reading = LedgerStore.Open(_schema.AddressOf(reader));
        Assert.Equal(10_000_000, new CostReports(reading).Build(new ReportQuery()).Total.Units);
        Assert.True(LedgerVerifier.Verify(reading).IsWhole);
        Assert.Equal(4, new PriceStore(reading, TimeProvider.System).Book().Prices.Count);
        Assert.Equal(LedgerFault.ReadOnly, Refused(reading, "INSERT INTO links VALUES (99, '', decode(repeat('00', 32), 'hex'))"));
        posting.Dispose();
        reading.Dispose();
        _schema.Execute($"DROP OWNED BY {writer}, {reader}; DROP ROLE {writer}, {reader}");
    }

    [Fact]
    public void Sums_that_an_upgrade_did_not_come_to_make_are_made_by_the_owner_and_nobody_reads_them_before()
    {
        string reader = User("farthing_reader");
        using (var owner = LedgerStore.Open(_schema.Address))
        {
            Grant(reader, "farthing_reader");
            using var journal = Journal.Open(owner, PriceBook.Parse(PriceYaml));
            owner.Write(transaction => journal.Post(transaction, [Put("a")]));
        }

        _schema.Execute("DELETE FROM charge_rollups; UPDATE rollup_state SET made = 0");
        var error = Assert.Throws<LedgerException>(() => LedgerStore.Open(_schema.AddressOf(reader)));
        Assert.Equal(LedgerFault.ReadOnly, error.Fault);
        Assert.Contains("as the owner", error.Message, StringComparison.Ordinal);
        LedgerStore.Open(_schema.Address).Dispose();
        using (var reading = LedgerStore.Open(_schema.AddressOf(reader)))
        {
            Assert.Equal(5_000_000, new CostReports(reading).Build(new ReportQuery()).Total.Units);
        }

        _schema.Execute($"DROP OWNED BY {reader}; DROP ROLE {reader}");
    }

    [Fact]
    public void A_month_is_a_partition_and_an_id_is_unique_over_all_of_them()
    {
        using var store = LedgerStore.Open(_schema.Address);
        using var journal = Journal.Open(store, PriceBook.Parse(PriceYaml));
        var facts = Enumerable.Range(0, 20).Select(i => Put($"p{i}", Noon.AddMonths(i % 3))).ToList();
        Assert.Equal(20, store.Write(transaction => journal.Post(transaction, facts)).Posted);
        Assert.Equal(20, store.Write(transaction => journal.Post(transaction, facts)).Exists);
        Assert.Single(store.Write(transaction => journal.Post(transaction, [Put("p0", Noon.AddMonths(7))])).Conflicts);
        var moved = store.Write(transaction => journal.Post(transaction, facts.Select(fact => fact with { At = fact.At.AddMonths(5) })));
        Assert.Equal(20, moved.Conflicts.Count);
        Assert.Equal(
            ["charges_2026_03", "charges_2026_04", "charges_2026_05"],
            store.Read(transaction => transaction.Query<string>("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'charges'::regclass").Order().ToList()));
    }

    [Fact]
    public async Task The_first_charge_of_a_month_waits_for_no_reader()
    {
        using var store = LedgerStore.Open(_schema.Address);
        using var journal = Journal.Open(store, PriceBook.Parse(PriceYaml));
        store.Write(transaction => journal.Post(transaction, [Put("a")]));

        // A long report: it holds on to the charges while another connection posts.
        await using (var reader = new NpgsqlConnection(_schema.Address + ";Pooling=false"))
        {
            await reader.OpenAsync(TestContext.Current.CancellationToken);
            await using var reading = await reader.BeginTransactionAsync(TestContext.Current.CancellationToken);
            await using var scan = new NpgsqlCommand("SELECT count(*) FROM charges", reader, reading);
            await scan.ExecuteScalarAsync(TestContext.Current.CancellationToken);
            Assert.Equal(1, store.Write(transaction => journal.Post(transaction, [Put("b", Noon.AddMonths(1))])).Posted);
        }

        Assert.True(LedgerVerifier.Verify(store).IsWhole);
        Assert.Equal(LedgerFault.AppendOnly, Refused(store, "UPDATE charges_2026_04 SET quantity = 2"));
        Assert.Equal(LedgerFault.AppendOnly, Refused(store, "TRUNCATE charges_2026_04"));
    }

    [Fact]
    public void Tables_that_a_newer_version_has_changed_are_written_no_more()
    {
        using var store = LedgerStore.Open(_schema.Address);
        using var journal = Journal.Open(store, PriceBook.Parse(PriceYaml));
        _schema.Execute("INSERT INTO schema_farthing_ledger (scriptname, applied) VALUES ('9999_later.sql', now())");
        Assert.Equal(LedgerFault.NewerVersion, Assert.Throws<LedgerException>(() => store.Write(transaction => journal.Post(transaction, [Put("a")]))).Fault);
    }

    [Fact]
    public async Task Writers_of_several_processes_post_each_fact_once_and_make_one_chain()
    {
        using var first = LedgerStore.Open(_schema.Address);
        var posted = await Task.WhenAll(Enumerable.Range(0, 4).Select(writer => Task.Run(() =>
        {
            using var store = LedgerStore.Open(_schema.Address);
            using var journal = Journal.Open(store, PriceBook.Parse(PriceYaml));
            return Enumerable.Range(0, 15).Sum(round =>
                store.Write(transaction => journal.Post(transaction, Enumerable.Range(0, 20).Select(i => Put($"p{round * 10 + i}")))).Posted);
        })));
        Assert.Equal(160, posted.Sum());
        var check = LedgerVerifier.Verify(first);
        Assert.True(check.IsWhole, string.Join('\n', check.Problems));
        Assert.Equal(160, check.Transfers);
    }

    [Fact]
    public void A_connection_that_goes_away_is_said_in_words_and_the_next_write_works()
    {
        using var store = LedgerStore.Open(_schema.Address);
        using var journal = Journal.Open(store, PriceBook.Parse(PriceYaml));
        var error = Assert.Throws<LedgerException>(() => store.Write(transaction =>
        {
            journal.Post(transaction, [Put("a")]);
            transaction.Execute("SELECT pg_terminate_backend(pg_backend_pid())");
        }));
        Assert.Equal(LedgerFault.Unavailable, error.Fault);
        Assert.Equal(1, store.Write(transaction => journal.Post(transaction, [Put("a")])).Posted);
        Assert.True(LedgerVerifier.Verify(store).IsWhole);
    }

    [Theory]
    [InlineData("postgres://clerk:s%40cret@db.example:6000/books?sslmode=require", "postgres://db.example:6000/books")]
    [InlineData("Host=db.example;Username=clerk;Password=s@cret;Database=books", "postgres://db.example:5432/books")]
    public void An_address_is_read_and_never_shows_its_password(string text, string shown)
    {
        Assert.True(PostgresAddress.TryParse(text, out var address));
        Assert.Equal(("clerk", "s@cret"), (address.Settings.Username, address.Settings.Password));
        Assert.Equal(shown, address.ToString());
    }

    [Fact]
    public void A_path_is_no_address_and_an_unreadable_address_does_not_show_itself()
    {
        Assert.False(PostgresAddress.TryParse("/var/lib/farthing.db", out _));
        var error = Assert.Throws<LedgerException>(() => PostgresAddress.TryParse("Host=x;Password=s@cret;Pasword=y", out _));
        Assert.DoesNotContain("s@cret", error.Message, StringComparison.Ordinal);
        Assert.Equal(LedgerFault.Unavailable, Assert.Throws<LedgerException>(() => LedgerStore.Open("Host=127.0.0.1;Port=1;Database=x;Username=y")).Fault);
    }

    private static LedgerFault Refused(LedgerStore store, string sql) =>
        Assert.Throws<LedgerException>(() => store.Write(transaction => transaction.Execute(sql))).Fault;

    private string User(string role)
    {
        string name = $"{role}_{Environment.ProcessId}";
        _schema.Execute($"DROP ROLE IF EXISTS {name}; CREATE ROLE {name} LOGIN");
        return name;
    }

    private void Grant(string user, string role) => _schema.Execute($"GRANT {role} TO {user}");
}
