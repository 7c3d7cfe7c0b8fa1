using Farthing.Ledger.Chain;
using Farthing.Ledger.Posting;
using Farthing.Ledger.Prices;
using Farthing.Ledger.Prices.Rerating;
using Farthing.Ledger.Rollups;
using Farthing.Ledger.Storage;
using static Farthing.Tests.Ledger.LedgerFixture;

namespace Farthing.Tests.Ledger.Chain;

/// <summary>Somebody with a database tool and every right changes a ledger, and the check says where.</summary>
public abstract class LedgerVerifierTests : IDisposable
{
    private readonly LedgerFixture _ledger;

    protected LedgerVerifierTests(StoreKind kind)
    {
        _ledger = new LedgerFixture(kind: kind);
        _ledger.Open(Cpu);
        _ledger.Attempt("render-1", AttemptOutcome.Delivered, "a", Cpu.Id);
        _ledger.Post(Put("p1"), Put("p2"), Work("w1", Stage.Vae, 700));
        _ledger.Post(Put("p3"), Put("p4"));
        _ledger.Record(Saved("m1", 5));
        _ledger.Beat(Cpu, 800, 10);
        _ledger.Close(Cpu, 1_000, 200);
    }

    public void Dispose() => _ledger.Dispose();

    [Fact]
    public void What_was_posted_is_whole_and_says_where_the_chain_ends()
    {
        var check = LedgerVerifier.Verify(_ledger.File);
        Assert.True(check.IsWhole, string.Join('\n', check.Problems));
        Assert.Equal((1, 7), (check.Leases, check.Transfers));
        Assert.Equal(check.Head, ChainHead.Parse(check.Head.ToString()));
        Assert.True(LedgerVerifier.Verify(_ledger.File, check.Head).IsWhole);

        _ledger.Post(Put("p5"));
        var after = LedgerVerifier.Verify(_ledger.File, check.Head);
        Assert.True(after.IsWhole);
        Assert.Equal(check.Head.Link + 1, after.Head.Link);
    }

    [Fact]
    public void An_open_lease_that_says_more_than_can_be_summed_is_no_fault_of_the_ledger()
    {
        _ledger.Open(Cpu with { Id = "lease-2", Resource = "gpu/unpriced", Cores = 1 });
        var work = Work("w2", Stage.Vae, long.MaxValue, Cpu with { Id = "lease-2", Resource = "gpu/unpriced", Cores = 1 });
        _ledger.Post(work, work with { Id = "w3" });
        var check = LedgerVerifier.Verify(_ledger.File);
        Assert.True(check.IsWhole, string.Join('\n', check.Problems));
        Assert.Equal(2, check.Leases);
    }

    [Fact]
    public void A_transaction_that_adds_nothing_adds_no_link()
    {
        var before = LedgerVerifier.Verify(_ledger.File).Head;
        _ledger.Post(Put("p1"));
        _ledger.File.Write(static _ => { });
        Assert.Throws<InvalidOperationException>(() => _ledger.File.Write(transaction =>
        {
            _ledger.Journal.Post(transaction, [Put("p9")]);
            throw new InvalidOperationException();
        }));
        Assert.Equal(before, LedgerVerifier.Verify(_ledger.File).Head);
    }

    public static TheoryData<string, string> Changes => new()
    {
        { "UPDATE charges SET quantity = 2 WHERE id = 'p3'", "charges 4 ('p3') was changed" },
        { "UPDATE charges SET tags = 'x' WHERE id = 'p1'", "charges 1 ('p1') was changed" },
        { "UPDATE charges SET device_us = NULL WHERE id = 'w1'", "charges 3 ('w1') was changed" },
        { "UPDATE transfers SET amount = amount - 1 WHERE charge_seq = 2", "transfers '2' was changed" },
        { "UPDATE transfers SET debit = credit, credit = debit WHERE charge_seq = 2", "transfers '2' was changed" },
        { "UPDATE attempts SET tags = 'b'", "attempts 'run-1, render-1, 1' was changed" },
        { "UPDATE attempt_outcomes SET outcome = 'failed'", "attempt_outcomes 'run-1, render-1, 1' was changed" },
        { "UPDATE leases SET cores = 1", "leases 'lease-1' was changed" },
        { "UPDATE heartbeats SET idle_us = 0", "heartbeats 'lease-1, 800' was changed" },
        { "UPDATE settlements SET idle_us = 0", "settlements 'lease-1, 1' was changed" },
        { "UPDATE memos SET amount = amount + 1", "memos 1 ('m1') was changed" },
        { "UPDATE price_versions SET usd = '1' WHERE id = 'puts-1'", "price_versions 3 ('puts-1') was changed" },
        { "UPDATE fx_fixings SET rate_seq = 2", "was changed" },
        { "UPDATE accounts SET name = 'accrued:mine' WHERE seq = 2", "accounts 2 ('accrued:mine') was changed" },
        { "DELETE FROM transfers WHERE charge_seq = 4; DELETE FROM charges WHERE seq = 4", "charges 4 is missing" },
        { "DELETE FROM transfers WHERE charge_seq = 2", "rows are missing, doubled or added" },
        { "DELETE FROM attempt_outcomes", "rows are missing, doubled or added" },
        { "INSERT INTO charges (seq, id, at, run_id, render_id, attempt, stage, resource, meter, quantity, device_us, lease_id, batch_id, split_method, weight, tags, estimated, precision, link, chk) SELECT 100, 'again', at, run_id, render_id, attempt, stage, resource, meter, quantity, device_us, lease_id, batch_id, split_method, weight, tags, estimated, precision, link, chk FROM charges WHERE id = 'p1'", "charges 100 ('again') was changed after it was posted, or was never posted" },
        { "UPDATE charges SET link = link + 1 WHERE id = 'p4'", "rows are missing, doubled or added" },
        { "UPDATE charges SET id = CASE id WHEN 'p3' THEN 'p4' ELSE 'p3' END WHERE id = 'p3' AND 1 = 0; UPDATE charges SET chk = chk + 1 WHERE id = 'p4'", "charges 5 ('p4') was changed" },
        { "DELETE FROM links WHERE number = 5", "link 5 and all up to 5 are missing" },
        { "UPDATE links SET hash = zeroblob(32) WHERE number = 5", "does not hash to what it holds" },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public void A_row_that_was_altered_removed_or_added_is_found(string sql, string found)
    {
        Tamper(sql);
        var check = LedgerVerifier.Verify(_ledger.File);
        Assert.False(check.IsWhole);
        Assert.Contains(found, string.Join('\n', check.Problems), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("UPDATE fx_rates SET usd_per_unit = 'abc' WHERE seq = 1", "fx_rates 1 ('eur-1') was changed", "The rollups can't be checked to the end: The rate 'abc' is no positive decimal.")]
    [InlineData("DELETE FROM fx_rates WHERE seq = 1", "fx_rates 1 is missing", "The rollups can't be checked to the end: The rate 1 that 2026-03-04 was fixed by is not there any more.")]
    [InlineData("UPDATE price_versions SET unit = 'x' WHERE id = 'puts-1'", "price_versions 3 ('puts-1') was changed", "The leases can't be checked to the end: The recorded price 'puts-1' is per 'x'")]
    [InlineData("UPDATE charge_rollups SET amount = 'abc'; UPDATE memos SET amount = amount + 1", "memos 1 ('m1') was changed", "The rollups can't be checked to the end: the sum 'abc' of a rollup is no whole number.")]
    public void A_row_that_can_not_be_read_is_named_and_ends_its_own_step_alone(string sql, string found, string step)
    {
        Tamper(sql);
        var problems = string.Join('\n', LedgerVerifier.Verify(_ledger.File).Problems);
        Assert.Contains(found, problems, StringComparison.Ordinal);
        Assert.Contains(step, problems, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("DELETE FROM leases", "leases 'lease-1' is missing.")]
    [InlineData("DELETE FROM transfers WHERE charge_seq = 4", "transfers '4' is missing.")]
    [InlineData("DELETE FROM fx_fixings", "fx_fixings 'EUR, 2026-03-04' is missing.")]
    [InlineData("DELETE FROM corrections WHERE kind = 'reversal'", "corrections of the charge ")]
    public void Rows_that_are_gone_are_named_by_what_is_left_of_others(string sql, string found)
    {
        var dearer = PriceYaml.Replace("\"0.005\"", "\"0.006\"", StringComparison.Ordinal).Replace("puts-1", "puts-9", StringComparison.Ordinal);
        new Rerater(_ledger.File, PriceBook.Parse(dearer), TimeProvider.System).Run(Noon.AddDays(-1), Noon.AddDays(1), "", apply: true);
        Tamper(sql);
        Assert.Contains(LedgerVerifier.Verify(_ledger.File).Problems, problem => problem.Link > 0 && problem.ToString().Contains(found, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("INSERT INTO charge_kinds SELECT 900, run_id, stage, resource, meter, lease_id, split_method, tags, precision, estimated FROM charge_kinds WHERE seq = 2", "charge_kinds 900 says the same as charge_kinds 2", false)]
    [InlineData("INSERT INTO charge_rollups SELECT 1, 700, charges, quantity, time_us, unpriced, unpriced_quantity, amount, eur, unconverted, weight, weighted FROM charge_rollups LIMIT 1", "the rollup of day 1 and kind 700 is of a kind that is not there", true)]
    [InlineData("UPDATE rollup_state SET made = 0", "rollup_state does not say that the rollups are made", true)]
    [InlineData("DELETE FROM rollup_state", "rollup_state does not say that the rollups are made", true)]
    public void What_rows_share_is_there_once_and_rollups_are_of_it(string sql, string found, bool isMended)
    {
        Tamper(sql);
        var check = LedgerVerifier.Verify(_ledger.File);
        Assert.Equal((found, isMended), (string.Join('\n', check.Problems).Contains(found, StringComparison.Ordinal) ? found : string.Join('\n', check.Problems), check.IsMendedByRollups));
        if (isMended)
        {
            Assert.True(LedgerRollups.Rebuild(_ledger.File).After!.IsWhole);
        }
    }

    [Fact]
    public void A_row_that_was_changed_together_with_its_check_is_found_by_its_link()
    {
        var (link, values) = _ledger.File.Read(transaction =>
        {
            using var command = transaction.CreateCommand();
            command.CommandText = $"SELECT {LedgerTables.Transfers.AllNames} FROM transfers WHERE charge_seq = 2";
            using var row = command.ExecuteReader();
            row.Read();
            return (row.GetInt64(5), new object?[] { row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3) - 1, row.GetInt64(4) });
        });
        var digest = new byte[RowDigest.Size];
        new RowDigest().Hash(values, digest);
        Tamper($"UPDATE transfers SET amount = amount - 1, chk = {RowDigest.Check(digest)} WHERE charge_seq = 2");

        var check = LedgerVerifier.Verify(_ledger.File);
        Assert.Equal(link, check.Problems[0].Link);
        Assert.Contains("does not hash to what it holds", check.Problems[0].What, StringComparison.Ordinal);
    }

    [Fact]
    public void A_charge_that_its_id_would_no_longer_find_is_found()
    {
        Tamper(this is LedgerVerifierOnSqliteTests ? "UPDATE charge_rows SET key = key + 1 WHERE seq = 4" : "UPDATE charge_keys SET seq = 99 WHERE id = 'p3'");
        Assert.Contains("charges 4 ('p3') can't be found by its id", string.Join('\n', LedgerVerifier.Verify(_ledger.File).Problems), StringComparison.Ordinal);
    }

    [Fact]
    public void The_first_bad_entry_comes_first()
    {
        Tamper("UPDATE charges SET quantity = 2 WHERE id = 'p4'; UPDATE charges SET quantity = 2 WHERE id = 'p2'");
        Assert.StartsWith("charges 2 ('p2')", LedgerVerifier.Verify(_ledger.File).Problems[0].Where, StringComparison.Ordinal);
    }

    [Fact]
    public void A_chain_that_was_cut_off_at_its_end_is_found_by_whoever_kept_the_end()
    {
        _ledger.Post(Put("late"));
        var head = LedgerVerifier.Verify(_ledger.File).Head;
        Tamper($"DELETE FROM transfers WHERE link = {head.Link}; DELETE FROM charges WHERE link = {head.Link}; DELETE FROM links WHERE number = {head.Link}");
        var check = LedgerVerifier.Verify(_ledger.File, head);
        Assert.Contains("rewritten or cut off", check.Problems[0].What, StringComparison.Ordinal);

        // The rollups still know of what is gone.
        Assert.Contains(check.Problems, static problem => problem.Where.StartsWith("the rollup of 2026-03-04", StringComparison.Ordinal));
    }

    [Fact]
    public void A_row_that_does_not_come_through_the_ledger_is_refused()
    {
        var error = Assert.Throws<LedgerException>(() => _ledger.File.Write(transaction =>
            transaction.Execute("INSERT INTO accounts (name) VALUES ('expense:mine')")));
        // A trigger says it in SQLite; in PostgreSQL a row can't be without its link and check.
        Assert.Contains(error.Fault, new[] { LedgerFault.AppendOnly, LedgerFault.Invalid });
    }

    [Fact]
    public void What_keeps_rows_from_being_changed_is_missed_where_it_is_gone()
    {
        Assert.Empty(LedgerVerifier.Unguarded(_ledger.File));
        foreach (var (sql, found) in Loosened)
        {
            _ledger.Loosen(sql);
            var check = LedgerVerifier.Verify(_ledger.File);
            Assert.False(check.IsWhole);
            Assert.False(check.IsMendedByRollups);
            Assert.Contains(check.Problems, problem => problem.ToString().Contains(found, StringComparison.Ordinal));
            Assert.Equal(check.Problems, LedgerVerifier.Unguarded(_ledger.File));
        }
    }

    /// <summary>What somebody does who may change a store's rules, and what is said of it.</summary>
    private protected abstract (string Sql, string Found)[] Loosened { get; }

    private protected LedgerFixture Ledger => _ledger;

    protected void Tamper(string sql) => _ledger.Tamper(sql);
}

public sealed class LedgerVerifierOnSqliteTests() : LedgerVerifierTests(StoreKind.Sqlite)
{
    private protected override (string, string)[] Loosened =>
    [
        ("DROP TRIGGER charge_rows_refuse_update", "the trigger charge_rows_refuse_update of charge_rows is missing"),
        ("DROP TRIGGER charge_rows_refuse_unchained", "make it again: CREATE TRIGGER charge_rows_refuse_unchained BEFORE INSERT ON charge_rows WHEN NEW.chk IS NULL BEGIN"),
        ("DROP TRIGGER links_refuse_delete; CREATE TRIGGER links_refuse_delete BEFORE DELETE ON links BEGIN SELECT 1; END", "the trigger links_refuse_delete of links is another one"),
        ("CREATE TRIGGER mine AFTER INSERT ON charge_rows BEGIN UPDATE charge_rollups SET charges = 0; END", "the trigger mine of charge_rows was not made by Farthing"),
        ("DROP VIEW undelivered; CREATE VIEW undelivered AS SELECT '' AS run_id, '' AS render_id, 1 AS attempt, '' AS outcome, '' AS reason, 0 AS at, '' AS tags", "the view undelivered is another one than Farthing made"),
        ("DROP VIEW entries", "the view entries is missing"),
        ("DROP INDEX charges_by_key", "the index charges_by_key of charge_rows is missing"),
        ("CREATE UNIQUE INDEX mine_too ON accounts (name)", "the index mine_too of accounts was not made by Farthing"),
        ("ALTER TABLE memos ADD COLUMN more TEXT", "the table memos is another one than Farthing made"),
        ("UPDATE sqlite_sequence SET seq = 9223372036854775807", "sqlite_sequence says 9223372036854775807 of schema_farthing_ledger, whose last row is"),
        ("DELETE FROM sqlite_sequence", "sqlite_sequence says nothing of schema_farthing_ledger"),
    ];

    [Theory]
    [InlineData("charges")]
    [InlineData("attempts")]
    [InlineData("attempt_outcomes")]
    public void A_view_that_is_gone_is_a_finding_and_ends_no_check(string view)
    {
        Ledger.Tamper("UPDATE memos SET amount = amount + 1");
        Ledger.Loosen($"DROP VIEW {view}");
        var problems = string.Join('\n', LedgerVerifier.Verify(Ledger.File).Problems);
        Assert.Contains($"the view {view} is missing, so that what it shows need not be what was posted", problems, StringComparison.Ordinal);
        Assert.Contains($"The chain can't be checked to the end: the table or view {view} is missing.", problems, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_kinds_of_attempts_that_say_the_same_are_found()
    {
        Tamper("INSERT INTO attempt_kinds SELECT 900, lease_id, tags, precision, model, width, height, steps, passes, forced FROM attempt_kinds");
        Assert.Contains("attempt_kinds 900 says the same as attempt_kinds 1", string.Join('\n', LedgerVerifier.Verify(Ledger.File).Problems), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("DELETE FROM attempt_kinds")]
    [InlineData("DELETE FROM renders")]
    [InlineData("DELETE FROM runs")]
    [InlineData("DELETE FROM charge_kinds")]
    public void A_row_of_a_view_without_its_name_is_found_by_the_chain(string sql)
    {
        Tamper(sql);
        Assert.Contains("was changed after it was posted", string.Join('\n', LedgerVerifier.Verify(Ledger.File).Problems), StringComparison.Ordinal);
    }
}

public sealed class LedgerVerifierOnPostgresTests() : LedgerVerifierTests(StoreKind.Postgres)
{
    private protected override (string, string)[] Loosened =>
    [
        ("DROP TRIGGER refuse_change ON links", "the trigger refuse_change of links is missing"),
        ("ALTER TABLE memos DISABLE TRIGGER refuse_truncate", "the trigger refuse_truncate of memos is off"),
        ("ALTER TABLE charges_2026_03 DISABLE TRIGGER refuse_change", "the trigger refuse_change of charges_2026_03 is off"),
        ("DROP TRIGGER refuse_truncate ON charges_2026_03", "make it again: CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON charges_2026_03 FOR EACH STATEMENT"),
        ("GRANT UPDATE (quantity) ON charges TO farthing_writer", "the role farthing_writer may change or remove rows of charges"),
        ("GRANT DELETE ON links TO PUBLIC", "the role farthing_reader may change or remove rows of links"),
        ("CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$", "the function refuse_change() is not the one"),
        ("CREATE FUNCTION mine() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$; CREATE TRIGGER mine BEFORE INSERT ON memos FOR EACH ROW EXECUTE FUNCTION mine()", "the trigger mine of memos was not made by Farthing"),
        ("CREATE OR REPLACE VIEW undelivered AS SELECT o.run_id, o.render_id, o.attempt, o.outcome, o.reason, o.at, a.tags FROM attempt_outcomes AS o JOIN attempts AS a USING (run_id, render_id, attempt) WHERE o.outcome = 'lost'", "the view undelivered is another one than Farthing made"),
        ("DROP VIEW entries", "the view entries is missing"),
        ("DROP INDEX charges_by_run", "the index charges_by_run is missing"),
        ("CREATE INDEX mine ON accounts (seq, name)", "the index mine of accounts was not made by Farthing"),
        ("CREATE RULE mine AS ON UPDATE TO charge_rollups DO INSTEAD NOTHING", "the rule mine of charge_rollups was not made by Farthing"),
    ];

    [Fact]
    public void A_view_that_is_gone_ends_no_check()
    {
        Ledger.Loosen("DROP VIEW undelivered; ALTER TABLE memos RENAME COLUMN evidence TO proof");
        var problems = string.Join('\n', LedgerVerifier.Verify(Ledger.File).Problems);
        Assert.Contains("the view undelivered is missing", problems, StringComparison.Ordinal);
        Assert.Contains("The chain can't be checked to the end: ", problems, StringComparison.Ordinal);
        Assert.DoesNotContain("current transaction is aborted", problems, StringComparison.Ordinal);
    }
}
