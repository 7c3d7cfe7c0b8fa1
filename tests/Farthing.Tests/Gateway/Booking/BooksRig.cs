using Dapper;
using Farthing.Gateway.Booking;
using Farthing.Ledger.Prices;
using Farthing.Ledger.Storage;
using Farthing.Tests.Gateway.Budgets;
using Farthing.Tests.Rendering;

namespace Farthing.Tests.Gateway.Booking;

/// <summary>A folder of journals and a ledger that may be held by another process.</summary>
internal sealed class BooksRig : IDisposable
{
    private readonly ScratchFolder _folder = new();

    public BooksRig()
    {
        Root = Directory.CreateDirectory(_folder.File("journal")).FullName;
        Store = new BusyStore(SqliteFile.Open(_folder.File("farthing.db")));
        Poster = AttemptPoster.Open(Store, PriceBook.Default());
    }

    /// <summary>The folder of all processes' folders.</summary>
    public string Root { get; }

    public BusyStore Store { get; }

    public AttemptPoster Poster { get; }

    public Lines Log { get; } = new();

    public string Told => string.Join('\n', Log.All);

    /// <summary>The requests that the ledger has.</summary>
    public IReadOnlyList<string> Booked => Store.Read(transaction => transaction.Connection!.Query<string>("SELECT request_id FROM gateway_attempts ORDER BY request_id").ToList());

    /// <summary>The files that are set aside.</summary>
    public IReadOnlyList<string> Aside => Directory.Exists(Path.Combine(Root, SetAside.FolderName)) ? [.. Directory.GetFiles(Path.Combine(Root, SetAside.FolderName)).Order(StringComparer.Ordinal)] : [];

    /// <summary>Attempts of some requests are refused by a state that the ledger knows nothing of (SQLITE_MISMATCH).</summary>
    public void RefuseByTheDatabase(string requests) => Store.Write(transaction => transaction.Execute(
        $"""
        CREATE TABLE IF NOT EXISTS refusals (id INTEGER PRIMARY KEY);
        DROP TRIGGER IF EXISTS refuse;
        CREATE TRIGGER refuse BEFORE INSERT ON gateway_attempts WHEN NEW.request_id LIKE '{requests}' BEGIN INSERT INTO refusals VALUES ('none'); END;
        """));

    public int Recover() => new JournalRecovery(Poster, TimeProvider.System, Log).Recover(Root);

    /// <summary>What a dead process left: a file's bytes, and zeros up to its full length.</summary>
    public void Leave(string process, ReadOnlySpan<byte> bytes)
    {
        byte[] file = new byte[RollingFiles.FileBytes];
        bytes.CopyTo(file);
        File.WriteAllBytes(JournalFolder.PathOf(Directory.CreateDirectory(Path.Combine(Root, process)).FullName, 1), file);
    }

    /// <summary>The lines of ended attempts.</summary>
    public static byte[] Lines(params string[] requests) => [.. requests.SelectMany(static request => (byte[])[.. AttemptLine.Of(AttemptJournalTests.Ended(request)), (byte)'\n'])];

    public void Dispose()
    {
        Poster.Dispose();
        Store.Dispose();
        _folder.Dispose();
    }
}
