using Farthing.Gateway.Booking;
using Farthing.Ledger.Storage;
using Microsoft.Extensions.Time.Testing;

namespace Farthing.Tests.Gateway.Booking;

public sealed class LedgerWriterTests
{
    [Fact]
    public async Task What_the_ledger_refuses_is_set_aside_and_everything_else_is_booked()
    {
        using var rig = new BooksRig();
        using var journal = AttemptJournal.Open(rig.Root, "own");
        foreach (string request in (string[])["r1", "r2", "bad", "r3", "r4"])
        {
            journal.Write(AttemptJournalTests.Ended(request) with { Tags = request == "bad" ? "a\u0001b" : "a" });
        }

        Assert.Equal(0, journal.SetAside);
        await new LedgerWriter(rig.Poster, TimeProvider.System, rig.Log).RunAsync(journal, new CancellationToken(canceled: true));

        Assert.Equal(["r1", "r2", "r3", "r4"], rig.Booked);
        Assert.Contains("\"RequestId\":\"bad\"", File.ReadAllText(Assert.Single(rig.Aside)), StringComparison.Ordinal);
        Assert.Equal((0L, 1), (journal.Waiting, journal.SetAside));
        Assert.False(Directory.Exists(journal.Folder));
    }

    [Fact]
    public void What_a_database_refuses_for_a_reason_of_its_own_is_set_aside_where_others_are_taken()
    {
        using var rig = new BooksRig();
        rig.RefuseByTheDatabase("bad%");
        var (posting, aside) = (new BatchPosting(rig.Poster, rig.Log), new SetAside(rig.Root, rig.Log));

        // Nothing says yet that the ledger takes any attempt, so this one waits.
        Assert.Equal(LedgerFault.Rejected, Assert.Throws<LedgerException>(() => posting.Post(Ended("bad-1"), "own", aside)).Fault);
        Assert.Throws<LedgerException>(() => posting.Post(Ended("bad-1", "bad-2", "bad-3"), "own", aside));
        Assert.Empty(rig.Aside);

        // The one that is at fault comes first, and is found all the same.
        Assert.Equal(2, posting.Post(Ended("bad-1", "r1", "r2"), "own", aside));
        Assert.Equal(["r1", "r2"], rig.Booked);
        Assert.Single(File.ReadAllLines(Assert.Single(rig.Aside)));

        // Sent again as it was, alone, and as more than are tried where none is taken.
        Assert.Equal(0, posting.Post(Ended("bad-1", "r1", "r2"), "own", aside));
        Assert.Equal(0, posting.Post(Ended("bad-2"), "own", aside));
        Assert.Equal(1, posting.Post(Ended([.. Enumerable.Range(10, 20).Select(static i => $"bad-{i}"), "r3"]), "own", aside));
        Assert.Equal(["r1", "r2", "r3"], rig.Booked);
        Assert.Equal(22, File.ReadAllLines(Assert.Single(rig.Aside)).Length);

        // A table that takes nothing is nobody's fault.
        rig.RefuseByTheDatabase("%");
        Assert.Throws<LedgerException>(() => posting.Post(Ended("r4", "r5"), "own", aside));
        Assert.Equal(22, File.ReadAllLines(Assert.Single(rig.Aside)).Length);

        static AttemptRecord[] Ended(params string[] requests) => [.. requests.Select(static request => AttemptJournalTests.Ended(request))];
    }

    [Fact]
    public async Task A_ledger_that_is_busy_for_a_while_is_waited_for()
    {
        using var rig = new BooksRig();
        using var journal = AttemptJournal.Open(rig.Root, "own");
        var time = new FakeTimeProvider();
        using var stop = new CancellationTokenSource();
        Task running = new LedgerWriter(rig.Poster, time, rig.Log).RunAsync(journal, stop.Token);
        rig.Store.Refusals = 3;
        journal.Write(AttemptJournalTests.Ended("r1"));

        var wasAway = false;
        while (journal.Waiting > 0)
        {
            await PassAsync(time);
            wasAway |= journal.IsLedgerAway;
        }

        Assert.True(wasAway);
        Assert.False(journal.IsLedgerAway);
        Assert.Contains("attempts wait in their files: held by another process", rig.Told, StringComparison.Ordinal);
        await stop.CancelAsync();
        await running;
        Assert.Equal(["r1"], rig.Booked);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_end_waits_for_a_busy_ledger_no_longer_than_its_grace_and_leaves_the_lines(bool waitsAlready)
    {
        using var rig = new BooksRig();
        var time = new FakeTimeProvider();
        using (var journal = AttemptJournal.Open(rig.Root, "own"))
        {
            using var stop = new CancellationTokenSource();
            rig.Store.Refusals = int.MaxValue;
            journal.Write(AttemptJournalTests.Ended("r1"));
            Task running = new LedgerWriter(rig.Poster, time, rig.Log).RunAsync(journal, stop.Token);
            while (waitsAlready && rig.Log.All.IsEmpty)
            {
                await PassAsync(time);
            }

            DateTimeOffset stopped = time.GetUtcNow();
            await stop.CancelAsync();
            while (!running.IsCompleted && time.GetUtcNow() < stopped + TimeSpan.FromMinutes(10))
            {
                await PassAsync(time);
            }

            Assert.True(running.IsCompletedSuccessfully, running.Exception?.ToString() ?? "It waits still.");
            Assert.InRange((time.GetUtcNow() - stopped).TotalSeconds, LedgerWriter.Grace.TotalSeconds, LedgerWriter.Grace.TotalSeconds * 3);
            Assert.Contains("1 ended attempts wait in ", rig.Told, StringComparison.Ordinal);
        }

        Assert.Empty(rig.Booked);
        rig.Store.Refusals = 0;
        Assert.Equal(1, rig.Recover());
        Assert.Equal(["r1"], rig.Booked);
    }

    /// <summary>Lets a fifth of a second pass, and what waits for it go on.</summary>
    private static async Task PassAsync(FakeTimeProvider time)
    {
        time.Advance(TimeSpan.FromSeconds(0.2));
        await Task.Delay(2, TestContext.Current.CancellationToken);
    }
}
