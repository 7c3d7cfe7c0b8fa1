using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Farthing.Gateway.Booking;
using Farthing.Gateway.Caching;
using Farthing.Ledger.Storage;
using Farthing.Tests.Rendering.Embeddings;
using Microsoft.Data.Sqlite;

namespace Farthing.Tests.Host.Doctor;

/// <summary>What a gateway listens on and writes to: what <c>serve</c> could not use is a problem.</summary>
public sealed class GatewayDoctorPlacesTests : IDisposable
{
    private const string Providers = "providers: {openai: {keys: [{value: env.OPENAI_KEY}]}}\n";
    private const string Good = Providers + "server: {listen: \"127.0.0.1:0\"}\n";
    private const string Cached = Good + "semantic_cache: {enabled: true, semantic: false}\n";
    private const UnixFileMode ReadOnly = (UnixFileMode)0b100_100_100, ReadOnlyFolder = (UnixFileMode)0b101_101_101;

    private readonly HostRig _rig = new();

    public GatewayDoctorPlacesTests()
    {
        _rig.Set("OPENAI_KEY", "sk");
        Directory.CreateDirectory(_rig.Data);
    }

    public void Dispose() => _rig.Dispose();

    [Theory]
    [InlineData(1, "[::]", null, "listen")]
    [InlineData(0, "0.0.0.0", "127.0.0.1", "admin")]
    [InlineData(0, "[::]", "0.0.0.0", "admin")]
    public async Task Ports_are_tried_together_and_as_Kestrel_binds_them(int others, string server, string? admin, string area)
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6, "There is no IPv6 here.");
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        int port = ((IPEndPoint)taken.LocalEndpoint).Port;
        if (others == 0)
        {
            taken.Stop();
        }

        string asked = admin is null ? "" : $"admin: {{listen: \"{admin}:{port}\", key_hash: \"sha256:{new string('0', 64)}\"}}\n";
        Assert.Equal(1, await DoctorAsync($"{Providers}server: {{listen: \"{server}:{port}\"}}\n{asked}"));
        Assert.StartsWith($"{area}: {admin ?? server}:{port} can't be listened on: ", Assert.Single(Of("problem")), StringComparison.Ordinal);
        Assert.Equal(admin is not null, _rig.Result.Output.Contains($"a port of its own: server.listen takes {server}:{port}.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_journal_is_tried_and_nothing_of_it_kept()
    {
        string journal = Path.Combine(_rig.Data, "gateway-journal");
        Assert.Equal(0, await DoctorAsync(Good));
        Assert.Contains($"journal: {journal}: none yet; serve makes it", Of("ok"));
        Assert.False(Directory.Exists(journal));

        Directory.CreateDirectory(journal);
        Assert.Equal(0, await DoctorAsync(Good));
        Assert.Contains($"journal: {journal} can be written", Of("ok"));
        Assert.Empty(Directory.GetFileSystemEntries(journal));

        Assert.Equal(1, DoctorAsNobody(Good, journal, ReadOnlyFolder));
        Assert.StartsWith($"journal: Calls can't be written down in '{journal}': ", Assert.Single(Of("problem")), StringComparison.Ordinal);

        Directory.Delete(journal);
        await File.WriteAllTextAsync(journal, "a file in its place", TestContext.Current.CancellationToken);
        Assert.Equal(1, await DoctorAsync(Good));
        Assert.StartsWith($"journal: Calls can't be written down in '{journal}': ", Assert.Single(Of("problem")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_ledger_that_can_not_be_made_is_a_problem()
    {
        string ledger = Path.Combine(_rig.Data, "farthing.db");
        Assert.Equal(0, await DoctorAsync(Good));
        Assert.Contains("ledger: none yet; serve makes it", Of("ok"));

        string part = _rig.Write("user/farthing/farthing.db.part", "half a backup");
        Assert.Equal(1, await DoctorAsync(Good));
        Assert.Contains("was cut off", Assert.Single(Of("problem")), StringComparison.Ordinal);

        File.Delete(part);
        Directory.CreateDirectory(ledger);
        Assert.Equal(1, await DoctorAsync(Good));
        Assert.Equal($"ledger: {ledger} is a folder, where the ledger's file should be.", Assert.Single(Of("problem")));
    }

    [Fact]
    public void A_ledger_that_can_only_be_read_is_a_problem_and_stops_serve()
    {
        string ledger = Path.Combine(_rig.Data, "farthing.db");
        using (var file = SqliteFile.Open(ledger))
        {
            // All that is to be written at the start is there: then nothing but a call would find out.
            file.Migrate(typeof(AttemptPoster).Assembly);
        }

        Assert.Equal(1, DoctorAsNobody(Good, ledger, ReadOnly));
        Assert.Equal($"ledger: {ledger} can't be written. Check the permissions of the file and its folder.", Assert.Single(Of("problem")));
        Assert.Equal(ExitCodes.Ledger, AsNobody(["serve", "--config", _rig.Write("gateway.yaml", Good)]));
        Assert.Contains($"{ledger} can't be written.", _rig.Notes.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cache_that_can_not_be_written_is_a_problem()
    {
        string cache = Path.Combine(_rig.Data, SqliteAnswerStore.FileName);
        await SqliteAnswerStore.Open(_rig.Data, 1_000_000, _rig.Time).DisposeAsync();
        Assert.Equal(0, await DoctorAsync(Cached));
        Assert.Equal(1, DoctorAsNobody(Cached, cache, ReadOnly));
        Assert.StartsWith($"cache store: {cache} can't be written: ", Assert.Single(Of("problem")), StringComparison.Ordinal);

        File.Delete(cache);
        await using (var songs = new SqliteConnection($"Data Source={cache};Pooling=False"))
        {
            await songs.OpenAsync(TestContext.Current.CancellationToken);
            await using SqliteCommand command = songs.CreateCommand();
            command.CommandText = "CREATE TABLE songs (name TEXT)";
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        Assert.Equal(1, await DoctorAsync(Cached));
        Assert.Contains("another program's file", Assert.Single(Of("problem")), StringComparison.Ordinal);

        File.Delete(cache);
        Directory.CreateDirectory(cache);
        Assert.Equal(1, await DoctorAsync(Cached));
        Assert.Equal($"cache store: {cache} can't be used: it is a folder.", Assert.Single(Of("problem")));
    }

    [Theory]
    [InlineData("/99", "The database does not exist on the server: 99")]
    [InlineData("", "it is a replica, which can only be read.", "--replicaof", "127.0.0.1", "1")]
    [InlineData("", "OOM", "--maxmemory", "1")]
    public async Task A_Redis_that_takes_nothing_is_a_problem(string database, string why, params string[] options)
    {
        using RedisServer redis = await RedisServer.StartAsync(options);

        Assert.Equal(1, await DoctorAsync($"{Good}semantic_cache: {{enabled: true, semantic: false, store: \"{redis.Address}{database}\"}}\n"));
        Assert.StartsWith($"cache store: Redis at 127.0.0.1 can't be used: {why}", Assert.Single(Of("problem")), StringComparison.Ordinal);
    }

    private string[] Of(string level) => [.. JsonNode.Parse(_rig.Result.Lines[^1])!["checks"]!.AsArray()
        .Where(check => (string)check!["level"]! == level)
        .Select(static check => $"{check!["area"]}: {check["found"]}")];

    private Task<int> DoctorAsync(string yaml) => _rig.RunAsync("doctor", "--json", "--config", _rig.Write("gateway.yaml", yaml));

    private int DoctorAsNobody(string yaml, string path, UnixFileMode mode)
    {
        string config = _rig.Write("gateway.yaml", yaml);
        Nobody.SetMode(path, mode);
        return AsNobody(["doctor", "--json", "--config", config]);
    }

    private int AsNobody(string[] args)
    {
        using var nobody = new Nobody(_rig.Folder, Path.GetDirectoryName(_rig.Data)!, _rig.Data);
        Task<int> run = _rig.RunAsync(args);
        Assert.True(run.IsCompleted, "It went on in another thread, which is still the user that runs the tests.");
        return run.Result;
    }
}
