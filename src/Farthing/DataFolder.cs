using Farthing.Diffusion.Evaluation;
using Farthing.Ledger.Storage;

namespace Farthing;

/// <summary>The folder that holds the SQLite file.</summary>
internal sealed class DataFolder
{
    private const string LedgerName = "farthing.db";

    private readonly PostgresAddress? _postgres;

    private DataFolder(string path, PostgresAddress? postgres) => (Path, _postgres) = (path, postgres);

    /// <summary>The folder's full path.</summary>
    public string Path { get; }

    /// <summary>The ledger's file, which may not be there yet.</summary>
    public string LedgerPath => System.IO.Path.Combine(Path, LedgerName);

    private string KeyPath => System.IO.Path.Combine(Path, SigningKey.FileName);

    /// <summary>Names a folder without touching it.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="ledger">A PostgreSQL ledger's address, to be used instead of a file in the folder; null or empty for none.</param>
    /// <exception cref="UsageException">The address is none.</exception>
    public static DataFolder At(string path, string? ledger = null)
    {
        PostgresAddress? postgres = null;
        return string.IsNullOrEmpty(ledger) || PostgresAddress.TryParse(ledger, out postgres)
            ? new DataFolder(System.IO.Path.GetFullPath(path), postgres)
            : throw new UsageException($"{Places.LedgerVariable} is no PostgreSQL address. Write postgres://user:password@host/database, or unset it to use the data folder.");
    }

    /// <summary>Whether the ledger is a file in the folder.</summary>
    public bool IsFile => _postgres is null;

    /// <summary>Makes the folder where it is missing.</summary>
    /// <exception cref="DataFolderException">It can't be made.</exception>
    public DataFolder Ensure()
    {
        try
        {
            Directory.CreateDirectory(Path);
            return this;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataFolderException(
                $"The data folder '{Path}' can't be made: {e.Message} Name another with --data, or set {Places.DataVariable}.", e);
        }
    }

    /// <summary>The public half of the key that this folder's evaluations are signed with; null where there was none yet.</summary>
    /// <exception cref="SigningKeyException">The key can't be used.</exception>
    public string? PublicKey() => SigningKey.PublicKeyAt(KeyPath);

    /// <summary>The key that this folder's evaluations are signed with; it and the folder are made where they are missing.</summary>
    /// <exception cref="DataFolderException">The folder can't be made.</exception>
    /// <exception cref="SigningKeyException">The key can't be used or made.</exception>
    public SigningKey OpenSigningKey() => SigningKey.OpenOrCreate(Ensure().KeyPath);

    /// <summary>Opens the ledger, and makes it where it is missing.</summary>
    /// <exception cref="LedgerException">The file can't be used.</exception>
    /// <exception cref="DataFolderException">The folder can't be made.</exception>
    public LedgerStore OpenLedger() => _postgres is { } postgres ? PostgresStore.Open(postgres) : SqliteFile.Open(Ensure().LedgerPath);

    /// <summary>Opens a ledger that a render has made before.</summary>
    /// <exception cref="DataFolderException">There is none.</exception>
    /// <exception cref="LedgerException">The file can't be used.</exception>
    public LedgerStore OpenExistingLedger() =>
        _postgres is not null ? OpenLedger()
            : File.Exists(LedgerPath) ? SqliteFile.Open(LedgerPath)
            : throw new DataFolderException($"There is no ledger in '{Path}' yet. Render something first, or name another folder with --data.");
}
