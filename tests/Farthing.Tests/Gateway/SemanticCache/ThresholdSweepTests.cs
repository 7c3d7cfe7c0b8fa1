using System.Text.Json;
using System.Xml.Linq;
using Farthing.Gateway.SemanticCache.Guarding;
using Farthing.Gateway.SemanticCache.Tuning;
using Farthing.Ledger.Money;

namespace Farthing.Tests.Gateway.SemanticCache;

public sealed class ThresholdSweepTests
{
    private static readonly GuardVerdict Refused = new(GuardReason.Word, "x");

    [Fact]
    public void Hits_money_and_the_recommendation_are_counted_from_the_pairs()
    {
        ThresholdSweep sweep = ThresholdSweep.Run(
            [Pair(true, 0.97f), Pair(true, 0.92f), Pair(true, 0.95f, Refused), Pair(false, 0.96f), Pair(false, 0.99f, Refused), Pair(false, 0.5f)],
            [0.90m, 0.95m, 0.97m, 0.99m],
            new Amount(7),
            0.001);

        Assert.Equal([2, 1, 1, 0], sweep.Rows.Select(static row => row.Guarded.TrueHits));
        Assert.Equal([1, 1, 0, 0], sweep.Rows.Select(static row => row.Guarded.FalseHits));
        Assert.Equal([2, 2, 1, 1], sweep.Rows.Select(static row => row.Plain.FalseHits));
        Assert.Equal(0.97m, sweep.Recommended.Threshold);
        Assert.True(sweep.IsWithin);
        Assert.Equal(14, sweep.Rows[0].Guarded.Saved.Units);
        Assert.Equal(7, sweep.Rows[0].Guarded.Risked.Units);
        Assert.Equal(1.0 / 3, sweep.Rows[0].Guarded.FalseHitRate, 12);
        Assert.Equal(0.5, sweep.Rows[0].Guarded.HitRate, 12);

        using JsonDocument json = JsonDocument.Parse(SweepJson.Write(sweep));
        Assert.Equal(["recommended", "sweep", "kinds"], json.RootElement.EnumerateObject().Select(static field => field.Name));
        Assert.Equal(["threshold", "hit_rate", "false_hit_rate"], json.RootElement.GetProperty("recommended").EnumerateObject().Select(static field => field.Name));
        Assert.Equal(4, json.RootElement.GetProperty("sweep").GetArrayLength());
        Assert.Equal("0.000000000014", json.RootElement.GetProperty("sweep")[0].GetProperty("saved_usd").GetString());
        Assert.Equal("svg", XDocument.Parse(SweepPlot.Draw(sweep)).Root!.Name.LocalName);
    }

    [Fact]
    public void Where_no_threshold_is_safe_the_one_with_the_fewest_false_hits_is_named()
    {
        ThresholdSweep sweep = ThresholdSweep.Run([Pair(false, 1f), Pair(false, 0.93f)], [0.90m, 0.95m], new Amount(1), 0.001);
        Assert.False(sweep.IsWithin);
        Assert.Equal(0.95m, sweep.Recommended.Threshold);
        Assert.Equal(0, sweep.Recommended.Guarded.Recall);
    }

    [Fact]
    public void Every_bad_line_is_named()
    {
        var problems = new List<string>();
        List<CaptionPair> pairs = CaptionPairs.Read(
            ["""{"id":"p","a":"x","b":"y","same":true,"kind":"k"}""", "", "nonsense", "[1]", """{"a":"x","same":true}""", """{"a":"x","b":"y","same":"yes"}""",
             """{"a":"x","b":"y","same":NaN}""", """{"id":"p","a":"x","b":"y","same":false}""", """{"a":"x","b":"y","same":false}""", """{"a":"\ud800","b":"y","same":false}"""],
            problems);
        Assert.Equal(["p", "line 9"], pairs.Select(static pair => pair.Id));
        Assert.Equal(["line 3", "line 4", "line 5", "line 6", "line 7", "line 8", "line 10"], problems.Select(static problem => string.Join(' ', problem.Split(' ').Take(2))));
    }

    private static ScoredPair Pair(bool same, float cosine, GuardVerdict verdict = default) =>
        new(new CaptionPair("p", "a", "b", same, same ? "typo" : "colour"), cosine, verdict);
}
