using BenchmarkDotNet.Attributes;
using Farthing.Ledger.Money;
using Farthing.Ledger.Posting;
using Farthing.Ledger.Prices;
using Farthing.Ledger.Storage;

namespace Farthing.Bench.Parts;

/// <summary>Posting a batch's charges in one durable transaction, on a file in the temporary folder.</summary>
[Config(typeof(PartConfig))]
public class LedgerBenchmarks
{
    private const string Run = "run";
    private readonly DateTimeOffset _at = TimeProvider.System.GetUtcNow();
    private string _folder = "";
    private SqliteFile _file = null!;
    private Journal _journal = null!;
    private Lease _lease = null!;
    private long _number;

    [Params(1, 20)]
    public int Facts { get; set; }

    [GlobalSetup]
    public void Open()
    {
        _folder = Directory.CreateTempSubdirectory("farthing-bench-").FullName;
        _file = SqliteFile.Open(Path.Combine(_folder, "farthing.db"));
        _journal = Journal.Open(_file, PriceBook.Default());
        _lease = new Lease("lease", Run, "bench", "cpu", 2, _at);
        _file.Write(transaction => _journal.Leases.Open(transaction, _lease));
    }

    [GlobalCleanup]
    public void Close()
    {
        _journal.Dispose();
        _file.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Benchmark]
    public object Post()
    {
        var facts = Enumerable.Range(0, Facts).Select(_ =>
            UsageFact.OnDevice($"{Run}/{_number++}", _at, _lease, Stage.Denoise, new DeviceTime(1)));
        return _file.Write(transaction => _journal.Post(transaction, facts));
    }
}
