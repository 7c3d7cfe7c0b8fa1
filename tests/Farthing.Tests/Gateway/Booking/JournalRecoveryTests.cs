using Farthing.Gateway.Booking;
using static Farthing.Tests.Gateway.Booking.BooksRig;

namespace Farthing.Tests.Gateway.Booking;

public sealed class JournalRecoveryTests
{
    [Fact]
    public void A_lost_page_costs_the_lines_on_it_and_no_other()
    {
        using var rig = new BooksRig();
        byte[] lines = Lines("r1", "r2", "r3", "r4");
        int line = lines.Length / 4;
        lines.AsSpan(line + (line / 2), line).Clear();
        rig.Leave("dead", lines);
        rig.Leave("later", Lines("r5"));

        Assert.Equal(3, rig.Recover());

        Assert.Equal(["r1", "r4", "r5"], rig.Booked);
        Assert.EndsWith("dead-000001.jsonl.damaged", Assert.Single(rig.Aside), StringComparison.Ordinal);
        Assert.Equal(lines, File.ReadAllBytes(rig.Aside[0])[..lines.Length]);
        Assert.Contains("1 lines of ", rig.Told, StringComparison.Ordinal);
        Assert.Equal([SetAside.FolderName], Directory.GetDirectories(rig.Root).Select(Path.GetFileName));
        Assert.Equal(0, rig.Recover());
    }

    [Fact]
    public void A_line_behind_many_lost_pages_is_read()
    {
        using var rig = new BooksRig();
        rig.Leave("dead", [.. Lines("r1"), .. Lines("cut")[..30], .. new byte[700 * 1024], .. Lines("r2", "r3")]);

        rig.Recover();

        Assert.Equal(["r1", "r2", "r3"], rig.Booked);
        Assert.Single(rig.Aside);
    }

    [Fact]
    public void Garbage_is_passed_over_and_kept()
    {
        using var rig = new BooksRig();
        rig.Leave("dead", [.. "null\n\n{}\n{\"RequestId\":5,\"EndedAt\":1}\n{\"Attempt\":\"x\"}\n"u8, .. Lines("r1")]);

        Assert.Equal(1, rig.Recover());
        Assert.Contains("5 lines of ", rig.Told, StringComparison.Ordinal);
        Assert.Single(rig.Aside);
    }

    [Fact]
    public void What_is_whole_leaves_nothing_aside()
    {
        using var rig = new BooksRig();
        rig.Leave("dead", [.. Lines("r1", "r2"), .. "{\"RequestId\":\"cut"u8]);

        Assert.Equal(2, rig.Recover());
        Assert.Empty(Directory.GetDirectories(rig.Root));
    }

    [Fact]
    public void A_folder_that_cant_be_posted_now_keeps_no_other_waiting_and_is_posted_later()
    {
        using var rig = new BooksRig();
        rig.Leave("a", Lines("r1"));
        rig.Leave("b", Lines("r2"));
        rig.Store.Refusals = 1;

        Assert.Equal(1, rig.Recover());
        Assert.Equal(["r2"], rig.Booked);
        Assert.Contains("can't be posted yet: held by another process", rig.Told, StringComparison.Ordinal);
        Assert.Equal(1, rig.Recover());
        Assert.Equal(["r1", "r2"], rig.Booked);
    }

    [Fact]
    public void What_the_ledger_refuses_is_set_aside_and_posted_when_it_is_mended()
    {
        using var rig = new BooksRig();
        byte[] bad = [.. AttemptLine.Of(AttemptJournalTests.Ended("bad") with { Tags = "a\u0001b" }), (byte)'\n'];
        rig.Leave("dead", [.. Lines("r1", "r2"), .. bad, .. Lines("r3")]);

        Assert.Equal(3, rig.Recover());
        Assert.Equal(["r1", "r2", "r3"], rig.Booked);
        string kept = Assert.Single(rig.Aside);
        Assert.Contains($"refuses the attempt bad/1, which is in no book: Tags are plain words", rig.Told, StringComparison.Ordinal);
        Assert.Contains(kept, rig.Told, StringComparison.Ordinal);

        string text = File.ReadAllText(kept);
        Assert.Contains("a\\u0001b", text, StringComparison.Ordinal);
        Directory.CreateDirectory(Path.Combine(rig.Root, "mended"));
        File.WriteAllText(kept, text.Replace("a\\u0001b", "ab", StringComparison.Ordinal));
        File.Move(kept, Path.Combine(rig.Root, "mended", Path.GetFileName(kept)));
        Assert.Equal(1, rig.Recover());
        Assert.Equal(["bad", "r1", "r2", "r3"], rig.Booked);
    }
}
