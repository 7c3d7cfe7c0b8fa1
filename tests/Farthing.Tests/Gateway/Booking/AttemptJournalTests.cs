using Farthing.Gateway.Booking;
using Farthing.Gateway.Configuration;
using Farthing.Gateway.Wire;
using Farthing.Tests.Rendering;

namespace Farthing.Tests.Gateway.Booking;

public sealed class AttemptJournalTests
{
    private const int LinesOfSomeFiles = 40_000;

    [Fact]
    public async Task Lines_of_many_threads_go_through_many_files_and_none_is_missing_or_torn()
    {
        using var folder = new ScratchFolder();
        using var journal = AttemptJournal.Open(folder.File("journal"), "own");
        var tail = new JournalTail(journal.Folder, journal);
        List<AttemptRecord> read = [];
        using var written = new ManualResetEventSlim();
        var reading = Task.Run(() =>
        {
            // The reader follows while the lines come, as the ledger's writer does.
            while (!written.IsSet)
            {
                read.AddRange(tail.Next(journal.Current));
            }
        }, TestContext.Current.CancellationToken);

        Parallel.For(0, LinesOfSomeFiles, i => journal.Write(Ended($"r{i}")));
        written.Set();
        await reading;
        for (var batch = tail.Next(journal.Current); batch.Count > 0; batch = tail.Next(journal.Current))
        {
            read.AddRange(batch);
        }

        Assert.True(journal.Current > 2);
        Assert.Equal(LinesOfSomeFiles, read.Select(static record => record.RequestId).Distinct().Count());
        Assert.Equal(LinesOfSomeFiles, read.Count);
        Assert.All(read.Take(100), static record => Assert.Equal(Ended(record.RequestId), record));
    }

    [Theory]
    [InlineData(100)]
    [InlineData(5_000)]
    [InlineData(20_000)]
    public void Each_line_is_read_once_in_its_order_whether_it_is_still_at_hand_or_in_its_file_alone(int attempts)
    {
        using var folder = new ScratchFolder();
        using var journal = AttemptJournal.Open(folder.File("journal"), "own");
        for (int i = 0; i < attempts; i++)
        {
            journal.Write(Ended($"r{i}") with { EndedAt = null });
            journal.Write(Ended($"r{i}"));
        }

        AttemptRecord open = Ended("open") with { EndedAt = null };
        journal.Write(open);
        var tail = new JournalTail(journal.Folder, journal);
        List<AttemptRecord> read = All(tail);
        Assert.Equal(Enumerable.Range(0, attempts).Select(static i => $"r{i}"), read.Select(static record => record.RequestId));
        Assert.Equal([open], tail.Open);
        Assert.Equal(Ended("r0"), read[0]);
        Assert.Equal(Ended(read[^1].RequestId), read[^1]);

        // As after a kill: the files alone say the same.
        Assert.Equal(read, All(new JournalTail(journal.Folder)));

        List<AttemptRecord> All(JournalTail other)
        {
            List<AttemptRecord> all = [];
            for (var batch = other.Next(journal.Current); batch.Count > 0; batch = other.Next(journal.Current))
            {
                all.AddRange(batch);
            }

            return all;
        }
    }

    [Fact]
    public void What_a_killed_process_left_is_read_up_to_its_zeros()
    {
        using var folder = new ScratchFolder();
        string dead = Directory.CreateDirectory(folder.File("dead")).FullName;
        using (var journal = AttemptJournal.Open(folder.File("journal"), "own"))
        {
            journal.Write(Ended("r1"));
            journal.Write(Ended("r2"));

            // As the kernel has it at a kill: nothing was closed.
            File.Copy(JournalFolder.PathOf(journal.Folder, 1), JournalFolder.PathOf(dead, 1));
            Assert.Equal(RollingFiles.FileBytes, new FileInfo(JournalFolder.PathOf(dead, 1)).Length);
        }

        // A successor that was made and never used.
        File.WriteAllBytes(JournalFolder.PathOf(dead, 2), new byte[RollingFiles.FileBytes]);

        Assert.Equal(["r1", "r2"], new JournalTail(dead).Next(2).Select(static record => record.RequestId));
    }

    [Fact]
    public void A_closed_file_ends_with_its_last_line()
    {
        using var folder = new ScratchFolder();
        string path;
        using (var journal = AttemptJournal.Open(folder.File("journal"), "own"))
        {
            journal.Write(Ended("r1"));
            path = JournalFolder.PathOf(journal.Folder, 1);
        }

        string text = File.ReadAllText(path);
        Assert.EndsWith("}\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain('\0', text);
    }

    [Fact]
    public void Where_no_further_file_can_be_made_attempts_are_refused_and_the_journal_says_why()
    {
        using var folder = new ScratchFolder();
        using var journal = AttemptJournal.Open(folder.File("journal"), "own");
        Directory.Delete(journal.Folder, recursive: true);

        Assert.Throws<BookingException>(() => Fill(journal));

        Assert.NotNull(journal.Fault);
    }

    [Fact]
    public void A_fault_is_over_when_a_further_file_can_be_made_again()
    {
        using var folder = new ScratchFolder();
        using var journal = AttemptJournal.Open(folder.File("journal"), "own");
        string inTheWay = Directory.CreateDirectory(JournalFolder.PathOf(journal.Folder, 2)).FullName;
        Assert.Throws<BookingException>(() => Fill(journal));

        Assert.False(journal.TryMend());
        Assert.NotNull(journal.Fault);
        Directory.Delete(inTheWay);
        Assert.True(journal.TryMend());
        Assert.Null(journal.Fault);
        journal.Write(Ended("after"));
        Assert.Equal(2, journal.Current);
        var tail = new JournalTail(journal.Folder, journal);
        var (last, batch) = ("", tail.Next(2));
        for (; batch.Count > 0; batch = tail.Next(2))
        {
            last = batch[^1].RequestId;
        }

        Assert.Equal("after", last);
    }

    [Fact]
    public void With_disk_durability_every_line_is_on_the_disk_when_its_call_goes_on_over_many_files()
    {
        using var folder = new ScratchFolder();
        using var journal = AttemptJournal.Open(folder.File("journal"), "own", new JournalOptions { Durability = JournalDurability.Disk });
        int file = 1, files = 0;
        string filler = new('x', 60_000);
        for (int i = 0; files < 2; i++)
        {
            journal.Write(Ended($"r{i}") with { Tags = filler });
            Assert.Equal(journal.EndOf(journal.Current), journal.Flushed);
            if (i % 40 == 0 && HasDirtyPages(folder.FullName, journal.Current) is { } isDirty)
            {
                Assert.False(isDirty, "the kernel has pages of it that are not on the disk");
            }

            (files, file) = (files + (journal.Current - file), journal.Current);
        }
    }

    [Fact]
    public void Calls_at_once_share_flushes_and_none_goes_on_before_its_line_is_on_the_disk()
    {
        using var folder = new ScratchFolder();
        using var journal = AttemptJournal.Open(folder.File("journal"), "own", new JournalOptions { Durability = JournalDurability.Disk });
        string filler = new('x', 30_000);
        int behind = 0;
        Parallel.For(0, 600, i =>
        {
            journal.Write(Ended($"r{i}") with { Tags = filler });
            long flushed = journal.Flushed;
            if (journal.Current == 1 && flushed < filler.Length)
            {
                Interlocked.Increment(ref behind);
            }
        });

        Assert.Equal(0, behind);
        Assert.True(journal.Current > 3);
        Assert.Null(journal.Fault);
        Assert.Equal(journal.EndOf(journal.Current), journal.Flushed);
        var tail = new JournalTail(journal.Folder, journal);
        HashSet<string> read = [];
        for (var batch = tail.Next(journal.Current); batch.Count > 0; batch = tail.Next(journal.Current))
        {
            read.UnionWith(batch.Select(static record => record.RequestId));
        }

        Assert.Equal(600, read.Count);
    }

    [Fact]
    public void By_default_no_line_waits_for_the_disk()
    {
        using var folder = new ScratchFolder();
        using var journal = AttemptJournal.Open(folder.File("journal"), "own");
        journal.Write(Ended("r1"));
        Assert.Equal(0, journal.Flushed);
    }

    /// <summary>What the kernel says of the mapped file; null where it can't say, or where files are in memory alone.</summary>
    private static bool? HasDirtyPages(string folder, int number)
    {
        if (!OperatingSystem.IsLinux() || new DriveInfo(folder).DriveFormat == "tmpfs")
        {
            return null;
        }

        string[] lines = File.ReadAllLines("/proc/self/smaps");
        string name = Path.GetFileName(JournalFolder.PathOf("", number));
        int at = Array.FindIndex(lines, line => line.Contains(folder, StringComparison.Ordinal) && line.EndsWith(name, StringComparison.Ordinal));
        return lines.Skip(at).First(static line => line.StartsWith("Shared_Dirty", StringComparison.Ordinal)) is var shared
            && lines.Skip(at).First(static line => line.StartsWith("Private_Dirty", StringComparison.Ordinal)) is var own
            && (!shared.EndsWith(" 0 kB", StringComparison.Ordinal) || !own.EndsWith(" 0 kB", StringComparison.Ordinal));
    }

    internal static void Fill(AttemptJournal journal)
    {
        for (int i = 0; i < LinesOfSomeFiles; i++)
        {
            journal.Write(Ended($"r{i}"));
        }
    }

    internal static AttemptRecord Ended(string request) => new()
    {
        RequestId = request,
        Attempt = 1,
        StartedAt = DateTimeOffset.UnixEpoch.AddDays(20_000),
        EndedAt = DateTimeOffset.UnixEpoch.AddDays(20_000).AddMilliseconds(1),
        Shape = "chat",
        Provider = "openai",
        Model = "gpt-4o-mini",
        Resource = "llm/openai/gpt-4o-mini",
        KeyId = "main",
        Client = "team-a",
        Tags = "a,b",
        Status = 200,
        Tokens = new TokenCounts(10, 2, 0, 0, 5, 0),
    };
}
