using System.Diagnostics;
using Farthing.Ledger.Explain;
using Farthing.Ledger.Money;
using Farthing.Ledger.Posting;
using Farthing.Ledger.Prices;
using Farthing.Ledger.Reports;
using Farthing.Ledger.Storage;

namespace Farthing.Bench.Ledger;

/// <summary>Ingest, single events, size and reports of a ledger, on SQLite and on PostgreSQL.</summary>
internal sealed class LedgerBench(LedgerOptions options, TextWriter output)
{
    private readonly Figures _figures = new(output);

    public async Task RunAsync()
    {
        var folder = Directory.CreateDirectory(Path.Combine(options.Folder, $"farthing-bench-{Environment.ProcessId}")).FullName;
        try
        {
            _figures.Begin();
            DiskPart.Run(folder, options.Events, _figures);
            OnSqlite(folder);
            UsagePart.Run(folder, options.Usage, _figures);
            await AttemptsPart.RunAsync(folder, options.Usage, _figures);
            if (options.Postgres && PostgresProcess.TryStart(Path.Combine(folder, "postgres"), output) is { } server)
            {
                using (server)
                {
                    OnPostgres(server.Address);
                }
            }

            PlainPart.Run(folder, options, _figures);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private void OnSqlite(string folder)
    {
        var path = Path.Combine(folder, "farthing.db");
        using var store = LedgerStore.Open(path);
        using var journal = Open(store);
        var rate = Ingest(store, journal, options.Charges);
        _figures.Add($"SQLite, ingest of {options.Charges:N0} in batches of {options.Batch:N0}", "≥ 50,000/s", $"{rate:N0} charges/s", rate >= 50_000);
        var p99 = Events(store, journal, "SQLite");
        _figures.Add("SQLite, one event in a transaction of its own, p99", "< 15 ms", $"{p99:F1} ms", p99 < 15);
        Size(path, options.Charges, attempts: false);
        if (options.Renders)
        {
            AddAttempts(store, journal, options.Charges);
            Size(path, options.Charges, attempts: true);
        }

        var small = Reports(store, options.Charges);
        if (options.Large <= options.Charges)
        {
            return;
        }

        journal.Dispose();
        store.Dispose();
        Delete(path);
        using var large = LedgerStore.Open(path);
        using var more = Open(large);
        rate = Ingest(large, more, options.Large);
        _figures.Add($"SQLite, ingest of {options.Large:N0}", "≥ 50,000/s", $"{rate:N0} charges/s", rate >= 50_000);
        Size(path, options.Large, attempts: false);
        if (options.Renders)
        {
            AddAttempts(large, more, options.Large);
            Size(path, options.Large, attempts: true);
        }

        var grown = Reports(large, options.Large);
        _figures.Add($"stage report, {options.Large:N0} over {options.Charges:N0} charges in the same month", "< 1.3×", $"{grown / small:F2}×", grown / small < 1.3);
    }

    private void OnPostgres(string address)
    {
        using var store = LedgerStore.Open(address);
        using var journal = Open(store);
        var rate = Ingest(store, journal, options.Charges);
        _figures.Add($"PostgreSQL, ingest of {options.Charges:N0} in batches of {options.Batch:N0}", "≥ 25,000/s", $"{rate:N0} charges/s", rate >= 25_000);
        var p99 = Events(store, journal, "PostgreSQL");
        _figures.Add("PostgreSQL, one event in a transaction of its own, p99", "< 15 ms", $"{p99:F1} ms", p99 < 15);
        if (options.Renders)
        {
            AddAttempts(store, journal, options.Charges);
        }

        Reports(store, options.Charges);
    }

    private static Journal Open(LedgerStore store)
    {
        var journal = Journal.Open(store, PriceBook.Parse(Fleet.Prices));
        store.Write(transaction =>
        {
            foreach (var lease in Fleet.Leases)
            {
                journal.Leases.Open(transaction, lease);
            }
        });
        return journal;
    }

    /// <summary>Posts a fleet's charges in batches, each of them on the disk before the next.</summary>
    private double Ingest(LedgerStore store, Journal journal, int charges)
    {
        var fleet = new Fleet(charges);
        var renders = Math.Max(1, options.Batch / Fleet.ChargesOfRender);
        var posted = 0L;
        var begin = Stopwatch.GetTimestamp();
        var used = Environment.CpuUsage.TotalTime;
        for (var i = 0; i < fleet.Renders; i += renders)
        {
            posted += store.Write(transaction => journal.Post(transaction, fleet.Facts(i, Math.Min(renders, fleet.Renders - i)))).Posted;
        }

        // Other programs change the rate and hardly the processor time.
        output.WriteLine($"<!-- {(Environment.CpuUsage.TotalTime - used).TotalMicroseconds / posted:F1} µs of this process's processor time a charge -->");
        return posted / Stopwatch.GetElapsedTime(begin).TotalSeconds;
    }

    private double Events(LedgerStore store, Journal journal, string run)
    {
        var times = new double[options.Events];
        for (var i = 0; i < times.Length; i++)
        {
            var fact = new UsageFact
            {
                Id = $"event/{run}/{i}",
                At = new DateTimeOffset(2026, 11, 1 + (i % 30), 12, 0, 0, TimeSpan.Zero),
                RunId = "events",
                Stage = Stage.LlmCall,
                Resource = "llm/openai/gpt-4o-mini",
                Meter = Meters.InputTokens,
                Quantity = 1_000 + i,
            };
            var begin = Stopwatch.GetTimestamp();
            store.Write(transaction => journal.Post(transaction, [fact]));
            times[i] = Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
        }

        Array.Sort(times);
        output.WriteLine($"<!-- {run}: an event p50 {times[times.Length / 2]:F1} ms, p99 {times[(int)(times.Length * 0.99)]:F1} ms -->");
        return times[(int)(times.Length * 0.99)];
    }

    private static void AddAttempts(LedgerStore store, Journal journal, int charges)
    {
        var fleet = new Fleet(charges);
        foreach (var renders in Enumerable.Range(0, fleet.Renders).Chunk(5_000))
        {
            store.Write(transaction =>
            {
                foreach (var render in renders)
                {
                    var (key, tags, lease, at, outcome) = fleet.AttemptOf(render);
                    journal.Attempts.Start(transaction, key, lease, tags, at, new RenderForm("sdxl", "int8", 1024, 1024, 25, 2));
                    journal.Attempts.End(transaction, key, outcome, outcome == AttemptOutcome.Delivered ? "" : "a worker went away", at);
                }
            });
        }
    }

    private double Reports(LedgerStore store, int charges)
    {
        var month = new ReportQuery { From = Fleet.FirstDay, To = Fleet.LastDay };
        var reports = new CostReports(store);
        var kind = store is SqliteFile ? "SQLite" : "PostgreSQL";
        var usd = Time(() => reports.Build(month));
        _figures.Add($"{kind}, {charges:N0} charges, stage report for the month", "< 100 ms", $"{usd:F0} ms", usd < 100);
        var eur = Time(() => reports.Build(month with { Currency = Currency.Eur }));
        _figures.Add($"{kind}, {charges:N0} charges, the same in euros", "< 100 ms", $"{eur:F0} ms", eur < 100);
        foreach (var grouping in Enum.GetValues<ReportGrouping>())
        {
            var time = Time(() => reports.Build(new ReportQuery(), grouping));
            _figures.Add($"{kind}, {charges:N0} charges, by {grouping.ToString().ToLowerInvariant()} over everything", "< 2 s", $"{time:F0} ms", time < 2_000);
        }

        var half = DateOnly.FromDayNumber((Fleet.FirstDay.DayNumber + Fleet.LastDay.DayNumber) / 2);
        var more = new List<(string, Action)>
        {
            ("what was not delivered", () => reports.Waste(new ReportQuery())),
            ("p50, p95 and the dearest of a render", () => reports.Renders(new ReportQuery())),
            ("leased time by device", () => reports.Devices(new ReportQuery())),
        };
        if (options.Renders)
        {
            more.Add(("why half a month's cost became the other half's", () => new Waterfalls(store).Explain(("first", month with { To = half }), ("second", month with { From = half.AddDays(1) }))));
        }

        foreach (var (name, report) in more)
        {
            var time = Time(report);
            _figures.Add($"{kind}, {charges:N0} charges, {name}, over everything", "< 2 s", $"{time:F0} ms", time < 2_000);
        }

        return usd;
    }

    private void Size(string path, int charges, bool attempts)
    {
        // What is in the write-ahead log goes to the file with its next checkpoint; it is let go of here.
        using (var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={path};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA wal_checkpoint(TRUNCATE)";
            command.ExecuteNonQuery();
        }

        var each = new FileInfo(path).Length / (double)charges;
        _figures.Add($"SQLite, file of {charges:N0} charges{(attempts ? " and their renders' attempts" : "")}", "< 150 bytes a charge", $"{each:F1} bytes", each < 150);
    }

    /// <summary>The median of five, after one that does not count.</summary>
    private static double Time(Action work)
    {
        work();
        var times = new double[5];
        for (var i = 0; i < times.Length; i++)
        {
            var begin = Stopwatch.GetTimestamp();
            work();
            times[i] = Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
        }

        Array.Sort(times);
        return times[times.Length / 2];
    }

    private static void Delete(string path)
    {
        foreach (var each in new[] { path, path + "-wal", path + "-shm" })
        {
            File.Delete(each);
        }
    }
}
