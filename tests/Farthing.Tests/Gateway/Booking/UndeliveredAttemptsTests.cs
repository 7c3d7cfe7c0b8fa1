using Dapper;
using Farthing.Gateway.Booking;
using Farthing.Gateway.Wire;
using Farthing.Ledger.Reports;

namespace Farthing.Tests.Gateway.Booking;

public sealed class UndeliveredAttemptsTests
{
    [Fact]
    public void What_was_billed_and_gave_the_client_nothing_is_told_with_its_cause_and_provider()
    {
        using var rig = new BooksRig();
        DateTimeOffset at = new(2026, 11, 20, 8, 0, 0, TimeSpan.Zero);
        AttemptRecord answered = AttemptJournalTests.Ended("r1") with { StartedAt = at, EndedAt = at.AddSeconds(1), Tokens = new TokenCounts(1_000, 0, 0, 0, 500, 0) };
        rig.Poster.Post(
            [
                answered,
                answered with { RequestId = "r2", End = AttemptEnd.Failed, Fault = "broken_stream" },
                answered with { RequestId = "r3", End = AttemptEnd.Cancelled, Fault = "cancelled" },
                answered with { RequestId = "r4", End = AttemptEnd.Lost },

                // What cost nothing was not billed.
                answered with { RequestId = "r5", End = AttemptEnd.Failed, Fault = "server_error", Tokens = default },
            ],
            "own");

        WasteReport waste = new CostReports(rig.Store).Waste(new ReportQuery());
        Assert.Equal(
            ["cancelled cancelled openai 1 2", "failed broken_stream openai 1 2", "lost its process stopped without ending it openai 1 2"],
            waste.Rows.Select(static cause => $"{cause.Outcome} {cause.Cause} {cause.Provider} {cause.Attempts} {cause.Charges}").Order(StringComparer.Ordinal));
        GroupedReport outcomes = new CostReports(rig.Store).Build(new ReportQuery(), ReportGrouping.Outcome);
        Assert.Equal(
            outcomes.Groups.Single(static group => group.Key == "useful").Report.Total.Units * 3,
            outcomes.Groups.Where(static group => group.Key != "useful").Aggregate(Int128.Zero, static (sum, group) => sum + group.Report.Total.Units));
        Assert.Equal((0, 1, 1, 1), Counts(new CostReports(rig.Store).Build(new ReportQuery()).Attempts));

        static (long, long, long, long) Counts(AttemptCounts counts) => (counts.Delivered, counts.Failed, counts.Lost, counts.Cancelled);
    }

    [Fact]
    public void Two_providers_of_a_kind_stand_apart_by_their_names_and_are_priced_alike()
    {
        using var rig = new BooksRig();
        PostTwoOfAKind(rig.Poster);

        Assert.Equal(TwoOfAKind, Told(new CostReports(rig.Store) { Providers = AttemptPoster.Providers }));
        Assert.Equal(["openai 2 4"], Told(new CostReports(rig.Store)));
    }

    [Fact]
    public void Charges_of_another_run_and_of_a_ledger_without_a_gateway_tell_who_is_paid()
    {
        using var rig = new BooksRig();
        PostTwoOfAKind(rig.Poster);
        CostReports reports = new(rig.Store) { Providers = AttemptPoster.Providers with { RunId = "another" } };
        Assert.Equal(["openai 2 4"], Told(reports));
        reports = new(rig.Store) { Providers = AttemptPoster.Providers with { Table = "no_such_table" } };
        Assert.Equal(["openai 2 4"], Told(reports));
    }

    internal static string[] TwoOfAKind { get; } = ["azure-eu 2 2", "azure-us 2 2"];

    internal static void PostTwoOfAKind(AttemptPoster poster)
    {
        DateTimeOffset at = new(2026, 11, 20, 8, 0, 0, TimeSpan.Zero);
        AttemptRecord broken = AttemptJournalTests.Ended("r1") with
        {
            StartedAt = at,
            EndedAt = at.AddSeconds(1),
            Tokens = new TokenCounts(10, 0, 0, 0, 5, 0),
            End = AttemptEnd.Failed,
            Fault = "broken_stream",
        };
        poster.Post([broken with { Provider = "azure-eu" }, broken with { Attempt = 2, Provider = "azure-us" }], "own");
    }

    internal static string[] Told(CostReports reports) =>
        [.. reports.Waste(new ReportQuery()).Rows.Select(static row => $"{row.Provider} {row.Attempts} {row.Charges}").Order(StringComparer.Ordinal)];

    [Fact]
    public void An_answered_call_is_no_render_and_repeats_change_nothing()
    {
        using var rig = new BooksRig();
        AttemptRecord[] attempts =
        [
            AttemptJournalTests.Ended("r1") with { Tokens = new TokenCounts(10, 0, 0, 0, 5, 0) },
            AttemptJournalTests.Ended("r2") with { Tokens = new TokenCounts(10, 0, 0, 0, 5, 0), End = AttemptEnd.Cancelled, Fault = "cancelled" },
        ];

        Assert.Equal(2, rig.Poster.Post(attempts, "own").New);
        Assert.Equal(0, rig.Poster.Post(attempts, "own").New);
        Assert.Equal(
            [("llm/r1/1/input", null), ("llm/r1/1/output", null), ("llm/r2/1/input", "r2"), ("llm/r2/1/output", "r2")],
            rig.Store.Read(static transaction => transaction.Connection!.Query<(string, string?)>("SELECT id, render_id FROM charges ORDER BY id").ToList()));
        Assert.Equal(1, rig.Store.Read(static transaction => transaction.Scalar<long>("SELECT count(*) FROM attempt_outcomes")));
    }
}
