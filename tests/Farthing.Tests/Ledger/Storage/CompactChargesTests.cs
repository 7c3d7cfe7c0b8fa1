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

    private const long KeyOfEmpty = 51677578515699;
    private const long KeyOfText = 4796688372289;
}

public sealed class CompactChargesOnSqliteTests() : CompactChargesTests(StoreKind.Sqlite);

public sealed class CompactChargesOnPostgresTests() : CompactChargesTests(StoreKind.Postgres);
