using System.Data.Common;
using System.Text.Json;
using Farthing.Doctor;
using Farthing.Ledger.Storage;
using Microsoft.Data.Sqlite;

namespace Farthing.Tests.Host.Doctor;

public sealed class DoctorTests : IDisposable
{
    private readonly HostRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Fact]
    public void A_new_data_folder_is_made_and_fine()
    {
        Check[] checks = [.. StoreChecks.Run(DataFolder.At(_rig.Data))];

        Assert.Equal(["data folder", "ledger", "disk"], checks.Select(static check => check.Area));
        Assert.Equal(CheckLevel.Ok, checks[0].Level);
        Assert.Equal(CheckLevel.Ok, checks[1].Level);
        Assert.Empty(Directory.GetFiles(_rig.Data));
    }

    [Fact]
    public void A_file_in_the_place_of_the_data_folder_is_a_problem()
    {
        string path = _rig.Write("taken", "x");

        Check check = Assert.Single(StoreChecks.Run(DataFolder.At(path)));

        Assert.Equal(CheckLevel.Problem, check.Level);
        Assert.Contains("can't be made", check.Found, StringComparison.Ordinal);
        Assert.NotEmpty(check.Mend);
    }

    [Fact]
    public void A_damaged_ledger_is_a_problem()
    {
        _rig.Write("user/farthing/farthing.db", new string('x', 8192));

        Check ledger = Assert.Single(StoreChecks.Run(DataFolder.At(_rig.Data)), static check => check.Area == "ledger");

        Assert.Equal(CheckLevel.Problem, ledger.Level);
    }

    [Fact]
    public void Another_programs_file_is_a_problem_and_stays_as_it_is()
    {
        string path = DataFolder.At(_rig.Data).Ensure().LedgerPath;
        using (var connection = new SqliteConnection($"Data Source={path};Pooling=False"))
        {
            connection.Open();
            using DbCommand command = connection.CreateCommand();
            command.CommandText = "CREATE TABLE songs (name TEXT)";
            command.ExecuteNonQuery();
        }

        Check ledger = Assert.Single(StoreChecks.Run(DataFolder.At(_rig.Data)), static check => check.Area == "ledger");

        Assert.Equal(CheckLevel.Problem, ledger.Level);
        Assert.Contains("another program", ledger.Found, StringComparison.Ordinal);
    }

    [Fact]
    public void A_ledger_that_no_longer_refuses_changes_is_a_problem()
    {
        string path = DataFolder.At(_rig.Data).Ensure().LedgerPath;
        SqliteFile.Open(path).Dispose();
        Assert.Equal(CheckLevel.Ok, Found().Level);
        using (var connection = new SqliteConnection($"Data Source={path};Pooling=False"))
        {
            connection.Open();
            using DbCommand command = connection.CreateCommand();
            command.CommandText = "DROP TRIGGER links_refuse_delete; DROP TRIGGER links_refuse_update";
            command.ExecuteNonQuery();
        }

        Assert.Equal(CheckLevel.Problem, Found().Level);
        Assert.Contains("2 things that the ledger is made of are not as Farthing made them: the trigger links_refuse_", Found().Found, StringComparison.Ordinal);

        Check Found() => Assert.Single(StoreChecks.Run(DataFolder.At(_rig.Data)), static check => check.Area == "append-only");
    }

    [Fact]
    public void The_built_in_prices_price_a_render()
    {
        Check[] checks = [.. PriceChecks.Run(null, _rig.Time.GetUtcNow())];

        Assert.Equal(["price book", "prices", "euro"], checks.Select(static check => check.Area));
        Assert.All(checks, static check => Assert.Equal(CheckLevel.Ok, check.Level));
    }

    [Fact]
    public void A_book_without_prices_is_a_problem_and_with_later_rates_alone_a_warning()
    {
        string path = _rig.Write("prices.yaml", "prices: []\nfx: [{ id: late, currency: EUR, day: 2999-01-01, usd_per_unit: \"1.1\" }]");

        Check[] checks = [.. PriceChecks.Run(path, _rig.Time.GetUtcNow())];

        Assert.Equal([CheckLevel.Ok, CheckLevel.Problem, CheckLevel.Warning], checks.Select(static check => check.Level));
        Assert.Contains("cpu device-time", checks[1].Found, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("prices: { no: list }")]
    [InlineData("\t: [")]
    public void A_book_that_cannot_be_read_is_a_problem(string yaml)
    {
        string path = _rig.Write("prices.yaml", yaml);

        Assert.Equal(CheckLevel.Problem, Assert.Single(PriceChecks.Run(path, _rig.Time.GetUtcNow())).Level);
    }

    [Fact]
    public void A_broken_model_lists_everything_that_is_missing()
    {
        _rig.Write("model/unet/model.onnx", "");
        _rig.Write("model/model_index.json", "{");

        Check check = Assert.Single(ModelChecks.Run(Path.Combine(_rig.Folder, "model")));

        Assert.Equal(CheckLevel.Problem, check.Level);
        Assert.Contains("model_index.json can't be read", check.Found, StringComparison.Ordinal);
        Assert.Contains("unet/model.onnx is empty", check.Found, StringComparison.Ordinal);
        Assert.Contains("vae_decoder/model.onnx is missing", check.Found, StringComparison.Ordinal);
    }

    [Fact]
    public void The_demo_models_parts_have_sizes_and_an_operator_set()
    {
        Check[] checks = [.. ModelChecks.Run(HostRig.DemoModel)];

        Assert.All(checks, static check => Assert.Equal(CheckLevel.Ok, check.Level));
        Assert.Contains("SDXL family, 128×128", checks[0].Found, StringComparison.Ordinal);
        Assert.Matches("sha256 [0-9a-f]{64}$", checks[0].Found);
        Assert.Equal("24.6 MB, opset 17", Assert.Single(checks, static check => check.Area == "model/unet").Found);
    }

    [Fact]
    public void A_file_that_is_no_model_has_no_operator_set() => Assert.Null(OnnxOpset.Read(_rig.Write("model.onnx", "this is no protobuf")));

    [Fact]
    public async Task Doctor_ends_with_1_when_something_is_a_problem_and_writes_json_alone()
    {
        Assert.Equal(ExitCodes.Partial, await _rig.RunAsync("doctor", "--model", "gone", "--json"));

        using JsonDocument json = JsonDocument.Parse(_rig.Result.Output);
        Assert.False(json.RootElement.GetProperty("ok").GetBoolean());
        JsonElement model = Assert.Single(json.RootElement.GetProperty("checks").EnumerateArray(), static check => check.GetProperty("area").GetString() == "model");
        Assert.Equal("problem", model.GetProperty("level").GetString());
        Assert.NotEqual("", model.GetProperty("mend").GetString());
        Assert.Empty(_rig.Notes.Output);
    }

    [Fact]
    public async Task Doctor_finds_nothing_wrong_with_the_demo_model()
    {
        Assert.Equal(ExitCodes.Done, await _rig.RunAsync("doctor", "--model", HostRig.DemoModel));
        Assert.Contains("0 problems", _rig.Result.Output, StringComparison.Ordinal);
    }
}
