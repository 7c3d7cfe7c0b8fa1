using Farthing.Rendering.Objects;

namespace Farthing.Tests.Rendering.Objects;

public sealed class FolderObjectStoreTests : IDisposable
{
    private readonly ScratchFolder _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public void What_is_put_is_there_whole_and_leaves_nothing_else()
    {
        var store = new FolderObjectStore(_scratch.File("new/objects"));
        StoreReceipt receipt = store.Put("2026/杯子-1.png", "hello"u8);

        Assert.Equal(new StoreReceipt("2026/杯子-1.png", 5, 1), receipt);
        Assert.True(store.Contains("2026/杯子-1.png"));
        Assert.Equal("hello"u8.ToArray(), store.Get("2026/杯子-1.png"));
        Assert.Equal([store.PathOf("2026/杯子-1.png")], Directory.GetFiles(store.Folder, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public void Putting_again_replaces()
    {
        var store = new FolderObjectStore(_scratch.FullName);
        store.Put("a", "long before"u8);
        store.Put("a", "now"u8);
        Assert.Equal("now"u8.ToArray(), store.Get("a"));
        store.Put("empty", []);
        Assert.Empty(store.Get("empty"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/etc/passwd")]
    [InlineData("../x")]
    [InlineData("a/../x")]
    [InlineData("a//b")]
    [InlineData("a/")]
    [InlineData(".hidden")]
    [InlineData("a/.farthing-tmp-1-1")]
    [InlineData("a\\b")]
    [InlineData("C:x")]
    [InlineData("a\nb")]
    [InlineData("a\0b")]
    [InlineData("end.")]
    [InlineData("end ")]
    public void A_key_that_could_lead_elsewhere_is_refused(string key)
    {
        var store = new FolderObjectStore(_scratch.FullName);
        Assert.Throws<ObjectStoreException>(() => store.Put(key, "x"u8));
        Assert.Throws<ObjectStoreException>(() => store.Contains(key));
        Assert.Empty(Directory.GetFileSystemEntries(_scratch.FullName));
    }

    [Fact]
    public void Keys_are_whole_text_and_have_a_length()
    {
        var store = new FolderObjectStore(_scratch.FullName);
        Assert.Throws<ObjectStoreException>(() => store.Put("half a pair \ud83d.png", "x"u8));
        store.Put(new string('a', 200), "x"u8);
        Assert.Throws<ObjectStoreException>(() => store.Put(new string('a', 201), "x"u8));
        Assert.Throws<ObjectStoreException>(() => store.Put(string.Join('/', Enumerable.Repeat("aaaa", 210)), "x"u8));
    }

    [Fact]
    public void A_start_sweeps_what_an_interrupted_write_left_and_nothing_else()
    {
        Directory.CreateDirectory(_scratch.File("sub"));
        string stale = _scratch.File("sub/" + FolderObjectStore.TemporaryPrefix + "7-1");
        string live = _scratch.File(FolderObjectStore.TemporaryPrefix + "8-1");
        string other = _scratch.File("other.tmp");
        File.WriteAllText(stale, "half");
        File.WriteAllText(other, "mine");
        using (new FileStream(live, FileMode.CreateNew, FileAccess.Write, FileShare.Delete))
        {
            _ = new FolderObjectStore(_scratch.FullName);
            Assert.Equal([live, other], Directory.GetFiles(_scratch.FullName, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal));
        }

        _ = new FolderObjectStore(_scratch.FullName);
        Assert.Equal([other], Directory.GetFiles(_scratch.FullName, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public void A_name_taken_by_another_process_is_passed_over()
    {
        string taken = _scratch.File($"{FolderObjectStore.TemporaryPrefix}{Environment.ProcessId}-1");
        var store = new FolderObjectStore(_scratch.FullName);
        File.WriteAllText(taken, "theirs");
        store.Put("a", "mine"u8);
        Assert.Equal("theirs", File.ReadAllText(taken));
        Assert.Equal("mine"u8.ToArray(), store.Get("a"));
    }

    [Fact]
    public void Many_threads_may_put_one_key()
    {
        var store = new FolderObjectStore(_scratch.FullName);
        Parallel.For(0, 64, new ParallelOptions { MaxDegreeOfParallelism = 4 }, i =>
        {
            byte[] content = new byte[5_000];
            Array.Fill(content, (byte)i);
            store.Put("same", content);
        });
        byte[] read = store.Get("same");
        Assert.Equal(5_000, read.Length);
        Assert.Single(read.Distinct());
        Assert.Single(Directory.GetFiles(_scratch.FullName));
    }

    [Fact]
    public void A_missing_object_and_a_file_in_the_way_are_clear_errors()
    {
        var store = new FolderObjectStore(_scratch.FullName);
        Assert.Contains("not there", Assert.Throws<ObjectStoreException>(() => store.Get("none")).Message, StringComparison.Ordinal);
        store.Put("a", "x"u8);
        var error = Assert.Throws<ObjectStoreException>(() => store.Put("a/b", "x"u8));
        Assert.Contains("'a/b' could not be stored", error.Message, StringComparison.Ordinal);
        Directory.CreateDirectory(_scratch.File("folder"));
        Assert.Throws<ObjectStoreException>(() => store.Put("folder", "x"u8));
        Assert.Equal(["a", "folder"], Directory.GetFileSystemEntries(_scratch.FullName).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Throws<ObjectStoreException>(() => new FolderObjectStore(_scratch.File("a")));
    }

    [Fact]
    public void A_folder_that_can_not_be_written_is_a_clear_error()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs /proc");
        Assert.Throws<ObjectStoreException>(() => new FolderObjectStore("/proc/farthing-test"));
        var store = new FolderObjectStore("/proc/sys");
        Assert.Throws<ObjectStoreException>(() => store.Put("x", "x"u8));
    }

    [Theory]
    [InlineData(28, "disk is full")]
    [InlineData(122, "quota")]
    [InlineData(30, "read-only")]
    public void The_system_s_numbers_are_put_in_words(int number, string words) =>
        Assert.Contains(words, StorageFailure.Of("x", new IOException("?", number)).Message, StringComparison.Ordinal);
}
