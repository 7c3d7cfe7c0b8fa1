using System.Text.Json.Nodes;
using Farthing.Diffusion.Evaluation;
using Farthing.Tests.Rendering;
using static Farthing.Tests.Diffusion.Evaluation.EvaluationPictures;

namespace Farthing.Tests.Diffusion.Evaluation;

public sealed class AcceptanceTests : IDisposable
{
    private readonly ScratchFolder _folder = new();
    private readonly SigningKey _key;

    public AcceptanceTests()
    {
        _key = SigningKey.OpenOrCreate(_folder.File(SigningKey.FileName));
        Result(GoodPairs()).ToRecord().SignedBy(_key).Write(_folder.FullName);
    }

    private string RecordPath => _folder.File(AcceptanceRecord.FileName);

    public void Dispose()
    {
        _key.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void A_signed_record_is_in_force_for_its_models_and_its_key()
    {
        Assert.Equal(AcceptanceFault.None, Check());
        Assert.Equal(AcceptanceFault.None, Check(reference: null));
        Assert.Equal(AcceptanceFault.OtherModel, Check(candidate: "other"));
        Assert.Equal(AcceptanceFault.OtherReference, Check(reference: "other"));
        Assert.Equal(AcceptanceFault.UnknownKey, AcceptanceCheck.Check(_folder.FullName, "bb", "aa", []).Fault);

        (Result(GoodPairs()).ToRecord() with { Passed = false }).SignedBy(_key).Write(_folder.FullName);
        Assert.Equal(AcceptanceFault.NotPassed, Check());

        File.Delete(RecordPath);
        Assert.Equal(AcceptanceFault.Missing, Check());
    }

    [Fact]
    public void No_field_can_be_changed_after_signing()
    {
        string text = File.ReadAllText(RecordPath);
        string[] leaves = [.. Leaves(JsonNode.Parse(text)!, "$")];
        Assert.True(leaves.Length > 50, $"only {leaves.Length} fields");
        foreach (string path in leaves)
        {
            JsonNode root = JsonNode.Parse(text)!;
            Change(root, path);
            File.WriteAllText(RecordPath, root.ToJsonString());

            // A record of another form is none; all else is a broken signature.
            Assert.Equal((path, path == "$.format" ? AcceptanceFault.Unreadable : AcceptanceFault.BadSignature), (path, Check()));
        }
    }

    [Fact]
    public void A_record_may_be_written_otherwise_but_says_no_more_and_no_less()
    {
        JsonObject record = JsonNode.Parse(File.ReadAllText(RecordPath))!.AsObject();
        File.WriteAllText(RecordPath, record.ToJsonString());
        Assert.Equal(AcceptanceFault.None, Check());

        File.WriteAllText(RecordPath, record.ToJsonString().Insert(1, "\"margin\":1,"));
        Assert.Equal(AcceptanceFault.Unreadable, Check());

        record["note"] = "x";
        File.WriteAllText(RecordPath, record.ToJsonString());
        Assert.Equal(AcceptanceFault.Unreadable, Check());

        record.Remove("note");
        record.Remove("margin");
        File.WriteAllText(RecordPath, record.ToJsonString());
        Assert.Equal(AcceptanceFault.Unreadable, Check());
    }

    [Fact]
    public void A_strangers_signature_is_told_from_a_broken_one()
    {
        using var stranger = SigningKey.OpenOrCreate(_folder.File("stranger.pem"));
        var record = Result(GoodPairs()).ToRecord();
        record.SignedBy(stranger).Write(_folder.FullName);
        Assert.Equal(AcceptanceFault.UnknownKey, Check());

        (record.SignedBy(stranger) with { PublicKey = _key.PublicKey }).Write(_folder.FullName);
        Assert.Equal(AcceptanceFault.BadSignature, Check());
        Assert.False(SigningKey.Verify("no key", "x"u8, "no signature"));
    }

    [Fact]
    public void The_key_is_kept_for_its_owner_alone()
    {
        string path = _folder.File("data.pem");
        Assert.Null(SigningKey.PublicKeyAt(path));
        using var made = SigningKey.OpenOrCreate(path);

        Assert.Equal(made.PublicKey, SigningKey.PublicKeyAt(path));
        Assert.Empty(Directory.GetFiles(_folder.FullName, "*.tmp"));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.GroupRead);
            Assert.Contains("chmod 600", Assert.Throws<SigningKeyException>(() => SigningKey.OpenOrCreate(path)).Message, StringComparison.Ordinal);
        }

        string broken = _folder.File("broken.pem");
        File.WriteAllText(broken, "no key");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(broken, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        Assert.Throws<SigningKeyException>(() => SigningKey.OpenOrCreate(broken));
    }

    [Fact]
    public void A_failed_evaluation_withdraws_only_what_it_outweighs()
    {
        var failed = Result(Pairs([.. Enumerable.Repeat(0.1, 20)]));
        Assert.False(failed.Passed);

        Assert.False(Withdraw(Result(Pairs(0.1, 0.1))));
        Assert.False(Withdraw(failed with { Margin = 0.001 }));
        Assert.False(Withdraw(failed with { Candidate = failed.Candidate with { Hash = "other" } }));
        Assert.False(Withdraw(failed with { Reference = failed.Reference with { Hash = "other" } }));
        Assert.False(Withdraw(Result(GoodPairs())));
        Assert.Equal(AcceptanceFault.None, Check());

        Assert.True(Withdraw(failed));
        Assert.Equal(AcceptanceFault.Missing, Check());
        Assert.True(File.Exists(_folder.File(AcceptanceWithdrawal.FileName)));
        Assert.False(Withdraw(failed));
    }

    private bool Withdraw(EvaluationResult result) => AcceptanceWithdrawal.Withdraw(_folder.FullName, result);

    private AcceptanceFault Check(string candidate = "bb", string? reference = "aa") =>
        AcceptanceCheck.Check(_folder.FullName, candidate, reference, [_key.PublicKey]).Fault;

    private static IEnumerable<string> Leaves(JsonNode? node, string path) => node switch
    {
        JsonObject fields => fields.SelectMany(field => Leaves(field.Value, $"{path}.{field.Key}")),
        _ => [path],
    };

    private static void Change(JsonNode root, string path)
    {
        string[] names = path.Split('.')[1..];
        JsonNode parent = names[..^1].Aggregate(root, static (node, name) => node[name]!);
        parent[names[^1]] = parent[names[^1]] switch
        {
            // A figure that there was none of.
            null => JsonNode.Parse("""{"mean":1,"low":1,"high":1,"worst":1,"pictures":1}"""),
            JsonValue value when value.TryGetValue(out bool flag) => !flag,
            JsonValue value when value.TryGetValue(out double number) => number + 1,
            JsonValue value when value.TryGetValue(out DateTimeOffset at) => at.AddSeconds(1).ToString("O"),
            var text => names[^1] is "public_key" or "signature" ? Swap(text!.GetValue<string>()) : text!.GetValue<string>() + "x",
        };
    }

    private static string Swap(string base64)
    {
        char[] letters = base64.ToCharArray();
        letters[20] = letters[20] == 'A' ? 'B' : 'A';
        return new string(letters);
    }
}
