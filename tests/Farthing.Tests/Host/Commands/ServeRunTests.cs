using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Farthing.Commands;
using Farthing.Gateway.Keys;
using Farthing.Serving.Live;
using Farthing.Terminal;
using Farthing.Tests.Rendering;
using Spectre.Console.Testing;

namespace Farthing.Tests.Host.Commands;

public sealed partial class ServeRunTests
{
    private const string AdminSecret = "fk-the-admins-own-key";

    private static string Yaml { get; } = $$$"""
        providers: {openai: {keys: [{value: env.K}]}}
        server: {listen: "127.0.0.1:0"}
        admin: {listen: "127.0.0.1:0", key_hash: "sha256:{{{ClientKeys.HashOf(AdminSecret)}}}"}

        """;

    [Fact]
    public async Task A_hang_up_signal_reloads_and_the_admins_port_says_so()
    {
        await using var run = new Run();
        await File.WriteAllTextAsync(run.Config, Yaml, TestContext.Current.CancellationToken);
        await run.StartAsync();
        Assert.Contains("\"version\": 1", await run.ToldAsync(), StringComparison.Ordinal);

        await File.WriteAllTextAsync(run.Config, Yaml + "fallbacks: [[openai/gpt-4o-mini]]\n", TestContext.Current.CancellationToken);
        await DoAsync("kill", "-HUP", Environment.ProcessId.ToString(CultureInfo.InvariantCulture));

        string told = "";
        while (!told.Contains("openai/gpt-4o-mini", StringComparison.Ordinal))
        {
            told = await run.ToldAsync();
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }

        Assert.DoesNotContain("sk-serve-run", told, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Done, await run.EndAsync());
        Assert.Empty(Directory.GetDirectories(Path.Combine(run.Data, "gateway-journal")));

        // It is told without --log-requests, and is no warning.
        Assert.Matches(@"Z Version \d+ of the configuration is in force", run.Notes);
    }

    [Fact]
    public async Task A_list_of_the_caches_that_a_start_would_refuse_a_reload_refuses()
    {
        await using var run = new Run();
        await File.WriteAllTextAsync(run.Config, Yaml, TestContext.Current.CancellationToken);
        await run.StartAsync();

        await File.WriteAllTextAsync(run.Config, Yaml + "semantic_cache: {enabled: true, lists: [nope.yaml]}\n", TestContext.Current.CancellationToken);
        Assert.Equal((HttpStatusCode.UnprocessableEntity, true), await run.ReloadAsync("A list of semantic_cache can't be read"));
        Assert.Contains("\"version\": 1", await run.ToldAsync(), StringComparison.Ordinal);

        // The list is mended, and the configuration is as it was.
        await File.WriteAllTextAsync(Path.Combine(Path.GetDirectoryName(run.Config)!, "nope.yaml"), "colours: [teal]\n", TestContext.Current.CancellationToken);
        Assert.Equal((HttpStatusCode.OK, true), await run.ReloadAsync("\"semantic_cache\""));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_pipe_in_place_of_the_file_is_not_opened_and_a_file_that_is_put_back_is_read(bool isLinked)
    {
        await using var run = new Run();
        await File.WriteAllTextAsync(run.Config, Yaml, TestContext.Current.CancellationToken);
        await run.StartAsync();

        File.Delete(run.Config);
        string pipe = isLinked ? run.Config + ".pipe" : run.Config;
        await DoAsync("mkfifo", pipe);
        if (isLinked)
        {
            File.CreateSymbolicLink(run.Config, pipe);
        }

        Assert.Equal((HttpStatusCode.UnprocessableEntity, true), await run.ReloadAsync("is no regular file"));
        File.Delete(run.Config);
        await File.WriteAllTextAsync(run.Config, Yaml + "fallbacks: [[openai/gpt-4o-mini]]\n", TestContext.Current.CancellationToken);
        Assert.Equal((HttpStatusCode.OK, true), await run.ReloadAsync("\"in_force\": true"));
        Assert.Equal(ExitCodes.Done, await run.EndAsync());
    }

    [Fact]
    public async Task A_pipe_is_read_once_at_the_start_and_is_not_watched()
    {
        await using var run = new Run();
        await DoAsync("mkfifo", run.Config);
        Task writing = Task.Run(() => File.WriteAllText(run.Config, Yaml), TestContext.Current.CancellationToken);
        await run.StartAsync();
        await writing;

        Assert.Contains($"'{run.Config}' is no regular file: it was read once and is not watched", run.Notes, StringComparison.Ordinal);
        Assert.Equal(run.Config, ConfigurationFile.NameOf(run.Config));
        Assert.Equal((HttpStatusCode.UnprocessableEntity, true), await run.ReloadAsync("is no regular file"));
        Assert.Equal(ExitCodes.Done, await run.EndAsync());
    }

    private static async Task DoAsync(string command, params string[] arguments)
    {
        using Process process = Process.Start(command, arguments);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, process.ExitCode);
    }

    [GeneratedRegex("Admin on (http://[0-9.:]+)")]
    private static partial Regex Admin();

    /// <summary>A gateway that serves a file of a folder of its own, and its admin.</summary>
    private sealed class Run : IAsyncDisposable
    {
        private readonly ScratchFolder _folder = new();
        private readonly TestConsole _result = new TestConsole().Width(300), _notes = new TestConsole().Width(300);
        private readonly CancellationTokenSource _stop = new();
        private readonly HttpClient _client = new() { Timeout = TimeSpan.FromSeconds(30) };
        private readonly Screen _screen;
        private Task<int>? _serving;

        public Run() => _screen = new Screen(_result, _notes, isLive: false);

        public string Config => _folder.File("gateway.yaml");

        public string Data => _folder.File("data");

        public string Notes
        {
            get
            {
                // As ScreenLog does while it writes.
                lock (_screen)
                {
                    return _notes.Output;
                }
            }
        }

        public async Task StartAsync()
        {
            var places = new Places(static name => name == "K" ? "sk-serve-run" : null, _folder.FullName, _folder.FullName, _folder.FullName);
            _serving = Task.Run(() => new ServeRun(new Farthing.Host(_screen, places, TimeProvider.System)) { Config = Config, Data = Data }.RunAsync(_stop.Token));
            while (!Admin().IsMatch(_result.Output))
            {
                if (_serving.IsCompleted)
                {
                    Assert.Fail($"It ended with {await _serving}: {Notes}");
                }

                await Task.Delay(10, TestContext.Current.CancellationToken);
            }

            _client.BaseAddress = new Uri(Admin().Match(_result.Output).Groups[1].Value);
            _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", AdminSecret);
        }

        public Task<string> ToldAsync() => _client.GetStringAsync(new Uri("/admin/v1/configuration", UriKind.Relative), TestContext.Current.CancellationToken);

        /// <summary>The status of a reload, and whether its answer has a text.</summary>
        public async Task<(HttpStatusCode Status, bool Has)> ReloadAsync(string text)
        {
            using var answer = await _client.PostAsync(new Uri("/admin/v1/reload", UriKind.Relative), null, TestContext.Current.CancellationToken);
            return (answer.StatusCode, (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Contains(text, StringComparison.Ordinal));
        }

        public async Task<int> EndAsync()
        {
            await _stop.CancelAsync();
            return await _serving!.WaitAsync(TimeSpan.FromSeconds(60));
        }

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            if (_serving is not null)
            {
                await Task.WhenAny(_serving, Task.Delay(TimeSpan.FromSeconds(10)));
            }

            _client.Dispose();
            _stop.Dispose();
            _result.Dispose();
            _notes.Dispose();
            _folder.Dispose();
        }
    }
}
