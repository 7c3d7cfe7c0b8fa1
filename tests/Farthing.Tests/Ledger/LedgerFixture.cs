using Farthing.Ledger.Money;
using Farthing.Ledger.Posting;
using Farthing.Ledger.Prices;
using Farthing.Ledger.Reports;
using Farthing.Ledger.Storage;
using Microsoft.Data.Sqlite;

namespace Farthing.Tests.Ledger;

/// <summary>A ledger in a folder of its own, with a small price book.</summary>
internal sealed class LedgerFixture : IDisposable
{
    public const string PriceYaml =
        """
        prices:
          - { id: cpu-1, resource: cpu, meter: device-time, unit: core-hour, usd: "0.048", from: 2026-01-01, to: 2026-07-01 }
          - { id: cpu-2, resource: cpu, meter: device-time, unit: core-hour, usd: "0.0533", from: 2026-07-01 }
          - { id: puts-1, resource: storage/folder, meter: puts, unit: thousand-operations, usd: "0.005", from: 2026-01-01 }
          - { id: free-1, resource: llm/template, meter: requests, unit: operation, usd: "0", from: 2026-01-01 }
        fx:
          - { id: eur-1, currency: EUR, day: 2026-01-01, usd_per_unit: "1.0832" }
          - { id: eur-2, currency: EUR, day: 2026-03-06, usd_per_unit: "1.1437" }
          - { id: eur-last, currency: EUR, day: 2027-12-31, usd_per_unit: "1.2" }
        """;

    public static readonly DateTimeOffset Noon = new(2026, 3, 4, 12, 0, 0, TimeSpan.Zero);
    public static readonly Lease Cpu = new("lease-1", "run-1", "host", "cpu", 2, Noon);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("farthing-ledger-");
    private readonly PostgresSchema? _schema;

    public LedgerFixture(string? prices = null, StoreKind kind = StoreKind.Sqlite)
    {
        _schema = kind == StoreKind.Postgres ? new PostgresSchema() : null;
        File = LedgerStore.Open(Address);
        Journal = Journal.Open(File, PriceBook.Parse(prices ?? PriceYaml));
        Reports = new CostReports(File);
    }

    public string FilePath => Path.Combine(_folder.FullName, "farthing.db");

    /// <summary>What the store is opened by.</summary>
    public string Address => _schema?.Address ?? FilePath;

    public LedgerStore File { get; private set; }

    public Journal Journal { get; private set; }

    public CostReports Reports { get; private set; }

    public static UsageFact Put(string id, DateTimeOffset? at = null, string run = "run-1", string tags = "") => new()
    {
        Id = id,
        At = at ?? Noon,
        RunId = run,
        RenderId = "render-1",
        Attempt = 1,
        Stage = Stage.FinishAndStore,
        Resource = "storage/folder",
        Meter = Meters.Puts,
        Quantity = 1,
        Tags = TagSet.Parse(tags),
    };

    public static UsageFact Work(string id, Stage stage, long microseconds, Lease? lease = null, string tags = "", DateTimeOffset? at = null) =>
        UsageFact.OnDevice(id, at ?? Noon, lease ?? Cpu, stage, new DeviceTime(microseconds)) with
        {
            RenderId = "render-1",
            Attempt = 1,
            Tags = TagSet.Parse(tags),
        };

    public static SavingsMemo Saved(string id, long coreMicroseconds, DateTimeOffset? at = null) => new()
    {
        Id = id,
        At = at ?? Noon,
        RunId = "run-1",
        RenderId = "render-1",
        Attempt = 1,
        Kind = SavingsKind.Int8,
        Stage = Stage.Denoise,
        Resource = "cpu",
        Meter = Meters.DeviceTime,
        Quantity = coreMicroseconds,
        Evidence = "measured",
    };

    public void Record(params IEnumerable<SavingsMemo> memos) => File.Write(transaction => Journal.Memos.Record(transaction, memos));

    public PostSummary Post(params IEnumerable<UsageFact> facts) => File.Write(transaction => Journal.Post(transaction, facts));

    public void Open(Lease lease) => File.Write(transaction => Journal.Leases.Open(transaction, lease));

    public bool Close(Lease lease, long elapsed, long idle, DateTimeOffset? at = null) => File.Write(transaction =>
        Journal.Leases.Close(transaction, lease.Id, new DeviceTime(elapsed), new DeviceTime(idle), at ?? Noon));

    public void Beat(Lease lease, long elapsed, long idle, DateTimeOffset? at = null) => File.Write(transaction =>
        Journal.Leases.Heartbeat(transaction, lease.Id, new DeviceTime(elapsed), new DeviceTime(idle), at ?? Noon));

    public bool Reap(Lease lease) => File.Write(transaction => Journal.Leases.Reap(transaction, lease.Id));

    public LeaseBalance Reconcile(Lease lease) => File.Read(transaction => Journal.Leases.Reconcile(transaction, lease.Id));

    public void Attempt(string render, AttemptOutcome? outcome, string tags = "", string? lease = null, int number = 1, string run = "run-1", RenderForm? form = null) =>
        File.Write(transaction =>
        {
            var key = new AttemptKey(run, render, number);
            Journal.Attempts.Start(transaction, key, lease, TagSet.Parse(tags), Noon, form);
            if (outcome is { } ended)
            {
                Journal.Attempts.End(transaction, key, ended, "", Noon);
            }
        });

    /// <summary>Closes the file and opens it again, as after a restart.</summary>
    public void Reopen(string? prices = null)
    {
        Journal.Dispose();
        File.Dispose();
        File = LedgerStore.Open(Address);
        Journal = Journal.Open(File, PriceBook.Parse(prices ?? PriceYaml));
        Reports = new CostReports(File);
    }

    /// <summary>All lines of all entries, as SQL sees them.</summary>
    public IReadOnlyList<(long Charge, string Account, long Amount, string Price, string? Rate)> Entries() => File.Read(transaction =>
    {
        using var command = transaction.CreateCommand();
        command.CommandText = "SELECT charge_seq, account, amount, price_version, fx_rate FROM entries";
        using var row = command.ExecuteReader();
        var entries = new List<(long, string, long, string, string?)>();
        while (row.Read())
        {
            entries.Add((row.GetInt64(0), row.GetString(1), row.GetInt64(2), row.GetString(3), row.IsDBNull(4) ? null : row.GetString(4)));
        }

        return entries;
    });

    /// <summary>In SQLite charges, attempts and their outcomes are views, whose rows are changed where they are kept.</summary>
    private const string ChangeableView =
        """
        CREATE TRIGGER tamper_update INSTEAD OF UPDATE ON charges BEGIN
            INSERT INTO charge_kinds SELECT (SELECT max(seq) + 1 FROM charge_kinds), NEW.run_id, NEW.stage, NEW.resource, NEW.meter, NEW.lease_id, NEW.split_method, NEW.tags, NEW.precision, NEW.estimated;
            UPDATE charge_rows SET id = NEW.id, at = NEW.at, kind = (SELECT max(seq) FROM charge_kinds), render_id = NEW.render_id, attempt = NEW.attempt, quantity = NEW.quantity,
                device_us = NEW.device_us, batch_id = NEW.batch_id, weight = NEW.weight, link = NEW.link, chk = NEW.chk WHERE seq = OLD.seq;
        END;
        CREATE TRIGGER tamper_delete INSTEAD OF DELETE ON charges BEGIN DELETE FROM charge_rows WHERE seq = OLD.seq; END;
        CREATE TRIGGER tamper_insert INSTEAD OF INSERT ON charges BEGIN
            INSERT INTO charge_kinds SELECT (SELECT max(seq) + 1 FROM charge_kinds), NEW.run_id, NEW.stage, NEW.resource, NEW.meter, NEW.lease_id, NEW.split_method, NEW.tags, NEW.precision, NEW.estimated;
            INSERT INTO charge_rows VALUES (NEW.seq, NEW.id, 0, NEW.at, (SELECT max(seq) FROM charge_kinds), NEW.render_id, NEW.attempt, NEW.quantity, NEW.device_us, NEW.batch_id, NEW.weight, NEW.link, NEW.chk);
        END;
        CREATE TRIGGER tamper_attempt INSTEAD OF UPDATE ON attempts BEGIN
            INSERT INTO attempt_kinds SELECT (SELECT max(seq) + 1 FROM attempt_kinds), NEW.lease_id, NEW.tags, NEW.precision, NEW.model, NEW.width, NEW.height, NEW.steps, NEW.passes, NEW.forced;
            UPDATE attempt_rows SET kind = (SELECT max(seq) FROM attempt_kinds), started_at = NEW.started_at, link = NEW.link, chk = NEW.chk
            WHERE render = (SELECT r.seq FROM renders AS r JOIN runs AS u ON u.seq = r.run WHERE u.run_id = OLD.run_id AND r.render_id = OLD.render_id) AND attempt = OLD.attempt;
        END;
        CREATE TRIGGER tamper_outcome INSTEAD OF UPDATE ON attempt_outcomes BEGIN
            INSERT OR IGNORE INTO outcome_kinds (outcome, reason) VALUES (NEW.outcome, NEW.reason);
            UPDATE outcome_rows SET kind = (SELECT seq FROM outcome_kinds WHERE outcome = NEW.outcome AND reason = NEW.reason), after = after + NEW.at - OLD.at, link = NEW.link, chk = NEW.chk
            WHERE render = (SELECT r.seq FROM renders AS r JOIN runs AS u ON u.seq = r.run WHERE u.run_id = OLD.run_id AND r.render_id = OLD.render_id) AND attempt = OLD.attempt;
        END;
        CREATE TRIGGER tamper_no_outcome INSTEAD OF DELETE ON attempt_outcomes BEGIN
            DELETE FROM outcome_rows
            WHERE render = (SELECT r.seq FROM renders AS r JOIN runs AS u ON u.seq = r.run WHERE u.run_id = OLD.run_id AND r.render_id = OLD.render_id) AND attempt = OLD.attempt;
        END;
        """;

    /// <summary>Changes rows as somebody would who has every right to the database, with triggers and foreign keys out of the way until it is done.</summary>
    public void Tamper(string sql)
    {
        if (_schema is not null)
        {
            _schema.Execute("SET session_replication_role = replica; " + sql.Replace("zeroblob(32)", "decode(repeat('00', 32), 'hex')", StringComparison.Ordinal));
            return;
        }

        using var connection = new SqliteConnection($"Data Source={FilePath};Pooling=False;Foreign Keys=False");
        connection.Open();
        using var command = connection.CreateCommand();
        const string Drops = "SELECT group_concat('DROP TRIGGER ' || name, ';') FROM sqlite_master WHERE type = 'trigger'";
        command.CommandText = "SELECT group_concat(sql, ';') FROM sqlite_master WHERE type = 'trigger'";
        var triggers = command.ExecuteScalar();
        command.CommandText = Drops;
        command.CommandText = $"{command.ExecuteScalar()};{ChangeableView};{sql}";
        command.ExecuteNonQuery();
        command.CommandText = Drops;
        command.CommandText = $"{command.ExecuteScalar()};{triggers}";
        command.ExecuteNonQuery();
    }

    /// <summary>Changes what the store refuses.</summary>
    public void Loosen(string sql)
    {
        if (_schema is not null)
        {
            _schema.Execute(sql);
            return;
        }

        using var connection = new SqliteConnection($"Data Source={FilePath};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    public void Dispose()
    {
        Journal.Dispose();
        File.Dispose();
        _schema?.Dispose();
        _folder.Delete(recursive: true);
    }
}
