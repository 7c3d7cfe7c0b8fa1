using CsCheck;
using Farthing.Ledger.Chain;
using Farthing.Ledger.Money;
using Farthing.Ledger.Posting;
using Farthing.Ledger.Storage;
using static Farthing.Tests.Ledger.LedgerFixture;

namespace Farthing.Tests.Ledger.Storage;

public abstract class CompactChargesTests(StoreKind kind)
{
    [Fact]
    public void Every_charge_is_given_back_as_it_was_posted_and_its_id_is_used_once()
    {
        string[] runs = ["run-1", "a/b", "x"];
        string?[] renders = [null, "r1", "r2", "r/3", "1/finish", "17"];
        string[] tags = ["", "x", "x,y"];
        var fact = Gen.Select(Gen.Int[0, 2], Gen.Int[0, 5], Gen.Int[0, 3], Gen.Int[0, 5], Gen.Int[0, 2], Gen.Bool);
        fact.Array[1, 30].Sample(rows =>
        {
            using var ledger = new LedgerFixture(kind: kind);
            var posted = new Dictionary<string, UsageFact>(StringComparer.Ordinal);
            foreach (var (run, render, attempt, form, tag, isPut) in rows)
            {
                string? batch = form % 2 == 0 ? "b-1" : null;
                var meter = isPut ? "puts" : "gets";
                var stage = isPut ? Stage.FinishAndStore : Stage.Caption;
                var offered = Put("", Noon.AddSeconds(tag), runs[run], tags[tag]) with
                {
                    RenderId = renders[render],
                    Attempt = attempt,
                    Stage = stage,
                    Meter = meter,
                    BatchId = batch,
                    // The renderer's form, the same text over other columns, and texts of no form.
                    Id = form switch
                    {
                        0 or 1 => $"{runs[run]}/{renders[render]}/{attempt}/{stage.Code()}/{batch ?? meter}",
                        2 => "run-1/r1/1/finish/b-1",
                        3 => "run-1/r1/1/finish/puts",
                        4 => $"id-{attempt}{tag}",
                        _ => $"urn/x/{attempt}",
                    },
                };
                var summary = ledger.Post(offered);
                var (isKnown, stored) = (posted.TryGetValue(offered.Id, out var before), before);
                Assert.Equal(isKnown ? 0 : 1, summary.Posted + summary.Unpriced);
                Assert.Equal(isKnown && stored == offered ? 1 : 0, summary.Exists);
                Assert.Equal(isKnown && stored != offered ? stored : null, summary.Conflicts.SingleOrDefault()?.Stored);
                posted.TryAdd(offered.Id, offered);
            }

            Assert.Equal(posted.Count, ledger.Post(posted.Values).Exists);
            var check = LedgerVerifier.Verify(ledger.File);
            Assert.True(check.IsWhole, string.Join('\n', check.Problems));
        }, iter: kind == StoreKind.Sqlite ? 200 : 20);
    }

    [Fact]
    public void The_key_of_an_id_is_the_same_for_ever()
    {
        Assert.Equal((ChargeKey.Of("run-1/r1"), ChargeKey.Of("run-1/r") + 1), (ChargeKey.OfRender("run-1/r1/1/unet/b"), ChargeKey.Of("run-1/r1")));
        Assert.Null(ChargeKey.OfRender("a/b"));
        Assert.Equal([KeyOfEmpty, KeyOfText], [ChargeKey.Of(""), ChargeKey.Of("event/7")]);
        Assert.All(Enumerable.Range(0, 1000), i => Assert.InRange(ChargeKey.Of($"{i * 7919:x}-{i}-x"), 0, (1L << 47) - 1));
    }

    [Fact]
    public void Ids_with_a_UUID_that_begins_with_its_time_have_keys_in_the_order_of_time()
    {
        const string First = "019aceb0-1c00-7000-8000-00000000000a", Later = "019aceb0-2000-7000-8000-00000000000a";
        Assert.Equal([UnitOfFirst, UnitOfFirst + 16], new[] { First, Later }.Select(static id => ChargeKey.Of($"llm/{id}/1/input") >> 30));
        Assert.Equal(UnitOfFirst, ChargeKey.Of($"llm/{First.Replace("-", "", StringComparison.Ordinal)}") >> 30);
        Assert.Equal(ChargeKey.Of($"run-1/{First}"), ChargeKey.OfRender($"run-1/{First}/1/unet/b"));
        Assert.All(Enumerable.Range(0, 1000), i => Assert.InRange(ChargeKey.Of(Guid.CreateVersion7(Noon.AddDays(i * 30)).ToString()), 0, long.MaxValue));

        // A run may have such a name and a million renders: their keys differ none the less.
        Assert.Equal(100_000, Enumerable.Range(0, 100_000).Select(static i => ChargeKey.Of($"{First}/render-{i}")).Distinct().Count());
        Assert.InRange(Enumerable.Range(0, 100_000).Select(static i => ChargeKey.Of($"{First}/{i:x}-x")).Distinct().Count(), 99_900, 100_000);

        // One of chance alone (version 4), and what only looks like one, go by their text.
        Assert.NotEqual(UnitOfFirst, ChargeKey.Of("a/019aceb0-1c00-4000-8000-00000000000a") >> 30);
        Assert.NotEqual(UnitOfFirst, ChargeKey.Of("a/019aceb0-1c00-7000-8000-0000000000xa") >> 30);
    }

    // The milliseconds of 0x019aceb01c00 over 64, modulo 2³³.
    private const long UnitOfFirst = 1799012464;
    private const long KeyOfEmpty = 51677578515699;
    protected const long KeyOfText = 4796688372289;
}

public sealed class CompactChargesOnSqliteTests() : CompactChargesTests(StoreKind.Sqlite)
{
    [Fact]
    public void Charges_of_an_earlier_version_are_found_by_the_time_in_their_ids_when_its_file_is_brought_up_to_date()
    {
        using var ledger = new LedgerFixture();
        var id = Guid.CreateVersion7(Noon).ToString("N");
        UsageFact[] facts = [Put($"llm/{id}/1/input"), Put($"run-1/{id}/1/finish/puts") with { RenderId = id, Attempt = 1 }, Put("event/7")];
        ledger.Post(facts);
        string[] Keys() => ledger.File.Read(static transaction => transaction.Query<string>("SELECT key || ' ' || (id IS NULL) FROM charge_rows ORDER BY seq").ToArray());
        var keys = Keys();
        Assert.Equal([$"{ChargeKey.Of($"llm/{id}/1/input")} 0", $"{ChargeKey.Of($"run-1/{id}")} 1", $"{KeyOfText} 0"], keys);

        using var script = new StreamReader(typeof(LedgerStore).Assembly.GetManifestResourceStream("Farthing.Ledger.Storage.Migrations.0062_keys_by_time.sql")!);
        ledger.File.Write(transaction => transaction.Execute($"DROP TRIGGER charge_rows_refuse_update; UPDATE charge_rows SET key = seq WHERE length(coalesce(id, render_id)) > 30"));
        Assert.NotEqual(keys, Keys());
        ledger.File.Write(static transaction => transaction.Execute("CREATE TRIGGER charge_rows_refuse_update BEFORE UPDATE ON charge_rows BEGIN SELECT RAISE(ABORT, 'no'); END"));
        var text = script.ReadToEnd();
        ledger.File.Write(transaction => transaction.Execute(text));

        Assert.Equal(keys, Keys());
        Assert.Equal(3, ledger.Post(facts).Exists);
        Assert.True(LedgerVerifier.Verify(ledger.File).IsWhole);
    }
}

public sealed class CompactChargesOnPostgresTests() : CompactChargesTests(StoreKind.Postgres);
