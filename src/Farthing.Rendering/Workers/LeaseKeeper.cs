using Farthing.Ledger.Metering;
using Farthing.Ledger.Money;
using Farthing.Ledger.Posting;
using Farthing.Ledger.Storage;

namespace Farthing.Rendering.Workers;

/// <summary>
/// This process's lease of the machine: opened at start, kept alive by heartbeats, closed at the end with every
/// microsecond explained. Leases whose process died are settled first, their unexplained time as lost.
/// </summary>
internal sealed class LeaseKeeper : IAsyncDisposable
{
    /// <summary>At most this much device time is unknown when a process dies.</summary>
    private static readonly TimeSpan HeartbeatInterval = TimeSpan.FromSeconds(1);

    private readonly LedgerStore _file;
    private readonly Journal _journal;
    private readonly TimeProvider _time;
    private readonly HeldFile _held;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private readonly List<UsageFact> _unposted = [];
    private Task _heartbeats = Task.CompletedTask;
    private int _numbered;

    private LeaseKeeper(LedgerStore file, Journal journal, TimeProvider time, HeldFile held, Lease lease)
    {
        _file = file;
        _journal = journal;
        _time = time;
        _held = held;
        Lease = lease;
        Meter = new LeaseMeter(time);
    }

    public Lease Lease { get; }

    public LeaseMeter Meter { get; }

    /// <summary>Settles what dead processes left, then opens a lease for a run.</summary>
    public static LeaseKeeper Open(LedgerStore file, Journal journal, TimeProvider time, string locks, string runId)
    {
        var now = time.GetUtcNow();
        string id = $"lease-{now:yyyyMMdd-HHmmss-ffffff}-{Environment.ProcessId}";
        var held = HeldFile.TryTake(locks, id) ?? throw new InvalidOperationException($"The lease '{id}' is held by another process.");
        var lease = new Lease(id, runId, Environment.MachineName, "cpu", Environment.ProcessorCount, now);
        file.Write(transaction =>
        {
            foreach (string open in journal.Leases.FindOpen(transaction))
            {
                using var dead = HeldFile.TryTake(locks, open);
                if (dead is not null)
                {
                    journal.Leases.Reap(transaction, open);
                }
            }

            journal.Leases.Open(transaction, lease);
        });
        var keeper = new LeaseKeeper(file, journal, time, held, lease);
        keeper._heartbeats = keeper.BeatAsync();
        return keeper;
    }

    /// <summary>Begins work on one core that is noted when it ends.</summary>
    public LeaseWork Begin(Stage stage, string key) => new(this, Meter.Begin(stage, key, 1));

    /// <summary>Notes device time that belongs to the lease rather than to a render; posted with the next batch.</summary>
    public void Note(Stage stage, DeviceTime time)
    {
        if (time == DeviceTime.Zero)
        {
            return;
        }

        lock (_gate)
        {
            _unposted.Add(UsageFact.OnDevice($"{Lease.Id}/{stage.Code()}/{_numbered++}", _time.GetUtcNow(), Lease, stage, time));
        }
    }

    /// <summary>Takes what <see cref="Note"/> gathered, to be posted in the caller's transaction.</summary>
    public IReadOnlyList<UsageFact> TakeNotes()
    {
        lock (_gate)
        {
            UsageFact[] facts = [.. _unposted];
            _unposted.Clear();
            return facts;
        }
    }

    /// <summary>Posts what is left and closes the lease.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _heartbeats.ConfigureAwait(false);
        _file.Write(transaction =>
        {
            _journal.Post(transaction, TakeNotes());
            var end = Meter.Snapshot();
            _journal.Leases.Close(transaction, Lease.Id, end.Elapsed, end.Idle, _time.GetUtcNow());
        });
        _held.Dispose();
        _stop.Dispose();
    }

    private async Task BeatAsync()
    {
        using var timer = new PeriodicTimer(HeartbeatInterval, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token).ConfigureAwait(false))
            {
                var now = Meter.Snapshot();
                _file.Write(t => _journal.Leases.Heartbeat(t, Lease.Id, now.Elapsed, now.Idle, _time.GetUtcNow()));
            }
        }
        catch (OperationCanceledException)
        {
            // The lease ends.
        }
    }
}
