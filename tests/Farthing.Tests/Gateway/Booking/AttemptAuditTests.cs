using Farthing.Gateway.Booking;
using Farthing.Gateway.Wire;
using Farthing.Ledger.Chain;
using Farthing.Ledger.Prices;
using Farthing.Tests.Ledger;

namespace Farthing.Tests.Gateway.Booking;

/// <summary>Rows of the gateway's, which no link holds, are held against the charges that were posted with them.</summary>
public abstract class AttemptAuditTests : IDisposable
{
    private readonly LedgerFixture _ledger;

    protected AttemptAuditTests(StoreKind kind)
    {
        _ledger = new LedgerFixture(kind: kind);
        using AttemptPoster poster = AttemptPoster.Open(_ledger.File, PriceBook.Default());
        AttemptRecord one = AttemptJournalTests.Ended("r1") with { Tokens = new TokenCounts(1_000, 20, 3, 4, 500, 6) { InputAudio = 7, OutputImage = 8 }, Uses = "web-searches#search-low=1,file-searches=2" };
        poster.Post(
            [
                one,
                one with { RequestId = "r2", Estimated = true, Tags = "b,a,a", Uses = null },
                one with { RequestId = "r3", End = AttemptEnd.Cancelled, Fault = "cancelled" },
                one with { RequestId = "r3", Attempt = 2 },
                one with { RequestId = "r4", End = AttemptEnd.Failed, Fault = "server_error", Tokens = default, Uses = null },
            ],
            "own");
    }

    public void Dispose() => _ledger.Dispose();

    [Fact]
    public void What_was_posted_is_whole_and_says_what_lies_outside_the_chain()
    {
        var check = Verify();
        Assert.True(check.IsWhole, string.Join('\n', check.Problems));
        Assert.Contains("gateway_metric_samples", Assert.Single(check.Beside), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("UPDATE gateway_attempts SET input = 1 WHERE request_id = 'r1'", "gateway_attempts 'r1/1' was changed: it says 1 of input with the tags 'a,b' where the charge 'llm/r1/1/input' says 1000 of input")]
    [InlineData("UPDATE gateway_attempts SET tags = 'c' WHERE request_id = 'r2'", "gateway_attempts 'r2/1' was changed")]
    [InlineData("UPDATE gateway_attempts SET estimated = 0 WHERE request_id = 'r2'", "gateway_attempts 'r2/1' was changed")]
    [InlineData("UPDATE gateway_attempts SET uses = 'file-searches=2' WHERE request_id = 'r1'", "gateway_attempts 'r1/1' is missing or was changed: the ledger has the charge 'llm/r1/1/web-searches'")]
    [InlineData("UPDATE gateway_attempts SET reasoning = 0 WHERE request_id = 'r3' AND attempt = 2", "gateway_attempts 'r3/2' is missing or was changed")]
    [InlineData("UPDATE gateway_attempts SET output = 9 WHERE request_id = 'r4'", "gateway_attempts 'r4/1' was changed or never posted: it says 9 of output")]
    [InlineData("DELETE FROM gateway_attempts WHERE request_id = 'r3' AND attempt = 1", "gateway_attempts 'r3/1' is missing or was changed")]
    [InlineData("UPDATE gateway_attempts SET request_id = 'forged' WHERE request_id = 'r1'", "gateway_attempts 'forged/1' was changed or never posted")]
    [InlineData("UPDATE gateway_attempts SET uses = 'much' WHERE request_id = 'r1'", "What lies beside the ledger can't be checked to the end")]
    public void A_row_that_says_something_else_than_its_charges_is_found(string sql, string found)
    {
        _ledger.Tamper(sql);
        var check = Verify();
        Assert.Contains(found, string.Join('\n', check.Problems), StringComparison.Ordinal);
        Assert.False(check.IsMendedByRollups);
    }

    [Fact]
    public void A_trigger_of_the_gateways_that_is_gone_is_missed()
    {
        _ledger.Loosen(this is AttemptAuditOnSqliteTests ? "DROP TRIGGER gateway_attempts_refuse_delete" : "ALTER TABLE gateway_attempts DISABLE TRIGGER refuse_change");
        Assert.Contains("of gateway_attempts is ", Assert.Single(Verify().Problems).ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" WHERE ScriptName LIKE '%uses%'")]
    [InlineData(" WHERE ScriptName LIKE '%0001%'")]
    public void A_note_of_a_script_that_is_gone_is_missed_and_keeps_nothing_from_being_looked_at(string which)
    {
        _ledger.Tamper($"DELETE FROM schema_farthing_gateway{which}; UPDATE gateway_attempts SET input = 1 WHERE request_id = 'r1'");
        var problems = string.Join('\n', Verify().Problems);
        Assert.Contains("schema_farthing_gateway has no note of the script", problems, StringComparison.Ordinal);
        Assert.Contains("gateway_attempts 'r1/1' was changed", problems, StringComparison.Ordinal);
    }

    [Fact]
    public void A_note_of_a_script_that_there_is_not_is_no_way_around_a_check()
    {
        _ledger.Tamper("INSERT INTO schema_farthing_gateway (ScriptName, Applied) VALUES ('9999_later.sql', '2030-01-01')");
        Assert.Contains("schema_farthing_gateway notes the script 9999_later.sql", string.Join('\n', Verify().Problems), StringComparison.Ordinal);
    }

    [Fact]
    public void A_ledger_without_a_gateway_says_nothing_of_one()
    {
        using var other = new LedgerFixture(kind: this is AttemptAuditOnSqliteTests ? StoreKind.Sqlite : StoreKind.Postgres);
        var check = LedgerVerifier.Verify(other.File, null, new AttemptAudit());
        Assert.True(check.IsWhole);
        Assert.Empty(check.Beside);
    }

    private LedgerCheck Verify() => LedgerVerifier.Verify(_ledger.File, null, new AttemptAudit());
}

public sealed class AttemptAuditOnSqliteTests() : AttemptAuditTests(StoreKind.Sqlite);

public sealed class AttemptAuditOnPostgresTests() : AttemptAuditTests(StoreKind.Postgres);
