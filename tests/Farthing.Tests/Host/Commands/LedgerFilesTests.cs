using Farthing.Tests.Ledger;
using Microsoft.Data.Sqlite;

namespace Farthing.Tests.Host.Commands;

/// <summary>What goes between the ledger and other people's files: <c>reconcile</c> and <c>export focus</c>.</summary>
public sealed class LedgerFilesTests : IDisposable
{
    private const string Usage =
        """
        {"type":"use","id":"u1","run":"r","at":"2026-05-04T12:00:00Z","stage":"caption","resource":"llm/openai/gpt-4o-mini","meter":"input-tokens","quantity":1000}
        {"type":"use","id":"u2","run":"r","at":"2026-05-04T12:00:00Z","stage":"caption","resource":"nobody/knows","meter":"requests","quantity":1}
        """;

    private const string Columns = "day,resource,meter,quantity,amount\n";
    private readonly HostRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Fact]
    public async Task Reconcile_ends_with_0_when_nothing_differs_and_1_when_anything_does()
    {
        await ImportAsync();
        Assert.Equal(0, await _rig.RunAsync("reconcile", _rig.Write("same.csv", Columns + "2026-05-04,llm/openai/gpt-4o-mini,input-tokens,1000,0.00015\n")));
        Assert.Equal(1, await _rig.RunAsync("reconcile", _rig.Write("more.csv", Columns + "2026-05-04,llm/openai/gpt-4o-mini,input-tokens,1001,0.00015015\n")));
        Assert.Contains("input-tokens: quantity (+0.00000015 USD)", _rig.Result.Output, StringComparison.Ordinal);
        Assert.Contains("The invoice counts 1 more than the ledger.", _rig.Result.Output, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Manifest, await _rig.RunAsync("reconcile", _rig.Write("bad.csv", Columns + "2026-05-04,r,m,NaN,1\n")));
        Assert.Contains("line 2: 'quantity' is 'NaN'", _rig.Notes.Output, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Manifest, await _rig.RunAsync("reconcile", "nowhere.csv"));
        Assert.Equal(ExitCodes.Manifest, await _rig.RunAsync("reconcile", Path.Combine(_rig.Folder, "same.csv"), "--from", "2026-05-05"));
        Assert.Contains("nothing to compare from 2026-05-05 to 2026-05-04", _rig.Notes.Output, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Usage, await _rig.RunAsync("reconcile", "same.csv", "--provider", "bank"));
        string wide = _rig.Write("wide.csv", Columns + "2026-05-04,llm/openai/gpt-4o-mini,input-tokens,1000,0.00015\n2026-06-01,llm/openai/gpt-4o-mini,input-tokens,1000,4.5\n");
        Assert.Equal(0, await _rig.RunAsync("reconcile", wide, "--to", "2026-05-31"));
        Assert.Contains("1 of the 2 lines, for 4.5 USD, are of days outside 2026-05-04 to 2026-05-31 and were not compared.", _rig.Result.Output, StringComparison.Ordinal);
        Assert.Equal(0, await _rig.RunAsync("reconcile", wide, "--to", "2026-05-31", "--csv"));
        Assert.Contains("1 of the 2 lines, for 4.5 USD", _rig.Notes.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Export_writes_a_whole_file_and_names_what_is_not_in_it()
    {
        await ImportAsync();
        foreach (string name in (string[])["focus.csv", "focus.parquet"])
        {
            string path = Path.Combine(_rig.Folder, name);
            Assert.Equal(0, await _rig.RunAsync("export", "focus", "--out", path, "--from", "2026-05-01", "--to", "2026-05-31"));
            Assert.True(new FileInfo(path).Length > 100);
            Assert.False(File.Exists(path + ".part"));
        }

        Assert.Contains("1 rows for 0.000150000000 USD", _rig.Result.Output, StringComparison.Ordinal);
        Assert.Contains("ALARM unpriced: 1 charges", _rig.Result.Output, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Usage, await _rig.RunAsync("export", "focus", "--out", "focus.xlsx"));
        Assert.Equal(ExitCodes.Output, await _rig.RunAsync("export", "focus", "--out", Path.Combine(_rig.Folder, "no", "such", "folder.csv")));
    }

    [Fact]
    public async Task Sums_that_are_not_those_of_their_entries_are_told_apart_and_made_again()
    {
        await ImportAsync();
        using (var connection = new SqliteConnection($"Data Source={DataFolder.At(_rig.Data).LedgerPath};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "UPDATE charge_rollups SET charges = 1000";
            command.ExecuteNonQuery();
        }

        Assert.Equal(ExitCodes.LedgerBroken, await _rig.RunAsync("ledger", "verify"));
        Assert.Contains("`farthing ledger rebuild-rollups` makes these again", _rig.Result.Output.ReplaceLineEndings(" "), StringComparison.Ordinal);
        Assert.Equal(0, await _rig.RunAsync("ledger", "rebuild-rollups"));
        Assert.Contains("is whole", _rig.Result.Output, StringComparison.Ordinal);
        Assert.Equal(0, await _rig.RunAsync("ledger", "verify"));
    }

    [Fact]
    public async Task A_ledger_is_verified_backed_up_and_restored_and_a_broken_one_has_a_status_of_its_own()
    {
        await ImportAsync();
        string copy = Path.Combine(_rig.Folder, "copy.db");
        Assert.Equal(0, await _rig.RunAsync("ledger", "verify"));
        string head = _rig.Result.Output.Split("End of the chain: ")[1].Trim();
        Assert.Equal(0, await _rig.RunAsync("ledger", "verify", "--anchor", head));
        Assert.Equal(ExitCodes.LedgerBroken, await _rig.RunAsync("ledger", "verify", "--anchor", "1:" + new string('0', 64)));
        Assert.Equal(ExitCodes.Usage, await _rig.RunAsync("ledger", "verify", "--anchor", "yesterday"));
        Assert.Equal(ExitCodes.Usage, await _rig.RunAsync("ledger", "verify", "--anchor", ""));
        Assert.Equal(ExitCodes.Usage, await _rig.RunAsync("ledger", "rebuild-rollups", "--anchor", ""));
        Assert.Equal(0, await _rig.RunAsync("ledger", "backup", copy));
        Assert.Equal(ExitCodes.Ledger, await _rig.RunAsync("ledger", "backup", copy));
        Assert.Equal(0, await _rig.RunAsync("ledger", "restore", copy));
        Assert.Contains("The ledger from before is kept as", _rig.Result.Output, StringComparison.Ordinal);
        Assert.Equal(0, await _rig.RunAsync("ledger", "verify", "--anchor", head));

        using (var connection = new SqliteConnection($"Data Source={copy};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "DROP TRIGGER charge_rows_refuse_update; UPDATE charge_rows SET quantity = 999 WHERE id = 'u1'";
            command.ExecuteNonQuery();
        }

        Assert.Equal(ExitCodes.LedgerBroken, await _rig.RunAsync("ledger", "restore", copy));
        Assert.Contains("charges 1 ('u1') was changed", _rig.Result.Output, StringComparison.Ordinal);
        Assert.Contains($"{copy} is BROKEN", _rig.Result.Output.ReplaceLineEndings(""), StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Usage, await _rig.RunAsync("ledger", "restore", "nowhere.db"));
        Assert.Equal(ExitCodes.LedgerBroken, await _rig.RunAsync("ledger", "restore", _rig.Write("damaged.db", "SQLite format 4, or what is left of it")));
    }

    [Theory]
    [InlineData("DROP VIEW charges", "the view charges is missing")]
    [InlineData("DROP TABLE rollup_state", "the table or view rollup_state is missing")]
    public async Task A_ledger_that_lacks_what_it_is_made_of_is_broken_and_not_out_of_use(string sql, string found)
    {
        await ImportAsync();
        using (var connection = new SqliteConnection($"Data Source={DataFolder.At(_rig.Data).LedgerPath};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = sql;
            command.ExecuteNonQuery();
        }

        Assert.Equal(ExitCodes.LedgerBroken, await _rig.RunAsync("ledger", "verify"));
        Assert.Contains(found, _rig.Result.Output.ReplaceLineEndings(" "), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_postgres_ledger_is_imported_into_reported_explained_reconciled_exported_and_verified()
    {
        using var schema = new PostgresSchema();
        _rig.Set(Places.LedgerVariable, schema.Address);
        await ImportAsync();
        await ImportAsync();
        Assert.Equal(0, await _rig.RunAsync("import", _rig.Write("renders.jsonl", """{"type":"renders","run":"r","lot":"a","count":2,"at":"2026-05-04T12:00:00Z","outcome":"delivered"}""")));
        foreach (string[] args in (string[][])
        [
            ["report", "--run", "r"], ["report", "--by", "run"], ["explain", "--before", "r", "--after", "r"], ["ledger", "verify"],
            ["reconcile", _rig.Write("same.csv", Columns + "2026-05-04,llm/openai/gpt-4o-mini,input-tokens,1000,0.00015\n")],
            ["export", "focus", "--out", Path.Combine(_rig.Folder, "pg.csv")],
        ])
        {
            Assert.True(await _rig.RunAsync(args) == 0, $"{string.Join(' ', args)}: {_rig.Notes.Output}");
        }

        Assert.Contains("1 rows for 0.000150000000 USD", _rig.Result.Output, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(_rig.Data, "farthing.db")));
        Assert.Equal(ExitCodes.Usage, await _rig.RunAsync("ledger", "backup", "copy.db"));
        Assert.Equal(ExitCodes.Usage, await _rig.RunAsync("render", "a mug"));
    }

    private async Task ImportAsync() => Assert.Equal(0, await _rig.RunAsync("import", _rig.Write("usage.jsonl", Usage)));
}
